// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.internal.MapSpec.Growth;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend whose calls fail on request: whatever was taken before is given back. */
final class FailingBackendTest {
  private static final long HANDLE = 77;
  private static final long ADDRESS = 1L << 30;
  private static final int ERROR = 5;

  private final List<String> calls = new ArrayList<>();
  private String failing = "";

  private final MmapBackend os =
      (MmapBackend)
          Proxy.newProxyInstance(
              MmapBackend.class.getClassLoader(),
              new Class<?>[] {MmapBackend.class},
              (proxy, method, arguments) -> answer(method.getName()));

  private Object answer(String call) {
    calls.add(call);
    if (call.equals(failing)) {
      return -(long) ERROR;
    }
    return switch (call) {
      case "pageSize" -> 4096L;
      case "granularity" -> 65_536L;
      case "duplicate" -> HANDLE;
      case "size" -> 1000L;
      case "map" -> ADDRESS;
      case "view" -> ByteBuffer.allocateDirect(10);
      case "errorName" -> "EIO";
      case "origin" -> "a test";
      default -> 0L;
    };
  }

  private Mapping map() throws IOException {
    Source source = new Source.OfDescriptor(new FileDescriptor());
    return Mapper.map(
        os, new MapSpec(source, Access.READ_WRITE, 10, 2000, Growth.ALLOCATE, Advice.RANDOM));
  }

  private long count(String call) {
    return calls.stream().filter(call::equals).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"duplicate", "size", "extend", "map", "advise"})
  void mappingThatFailsLeavesNothingBehind(String call) {
    failing = call;
    MmapException e = assertThrows(MmapException.class, this::map);
    assertEquals(ERROR, e.errno());
    assertEquals("EIO", e.errorName());
    assertEquals(call.equals("duplicate") ? 0 : 1, count("release"), calls.toString());
    assertEquals(call.equals("advise") ? 1 : 0, count("unmap"), calls.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"unmap", "release"})
  void closingThatFailsIsClosedAllTheSame(String call) throws IOException {
    Mapping mapping = map();
    failing = call;
    if (call.equals("unmap")) {
      assertThrows(UncheckedIOException.class, mapping::close);
    } else {
      mapping.close();
    }
    assertEquals(1, count("release"));
    assertEquals(1, count("unmap"));
    assertThrows(IllegalStateException.class, () -> mapping.buffer(0, 1));
    mapping.close();
    assertEquals(1, count("release"));
  }

  @Test
  void closingWithAViewAliveEntombsAndWithoutOneUnmaps() throws IOException {
    Mapping viewed = map();
    ByteBuffer view = viewed.buffer(0, 10);
    viewed.close();
    assertEquals(1, count("entomb"));
    assertEquals(0, count("unmap"));
    assertTrue(view.isDirect());

    map().close();
    assertEquals(1, count("unmap"));
  }

  @Test
  void offsetIsRoundedDownAndLengthGrowsByAsMuch() throws IOException {
    List<Object> mapped = new ArrayList<>();
    MmapBackend recording =
        (MmapBackend)
            Proxy.newProxyInstance(
                MmapBackend.class.getClassLoader(),
                new Class<?>[] {MmapBackend.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("map")) {
                    mapped.addAll(List.of(arguments));
                  }
                  return answer(method.getName());
                });
    Source source = new Source.OfDescriptor(new FileDescriptor());
    long offset = 3 * 65_536L + 17;
    Mapper.map(
        recording, new MapSpec(source, Access.READ_WRITE, offset, 2000, Growth.SPARSE, null));
    assertEquals(List.of(HANDLE, 3 * 65_536L, 2017L, Access.READ_WRITE), mapped);
  }
}
