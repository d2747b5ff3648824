// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import io.mmapio.internal.pages.AdviceOperation;
import io.mmapio.internal.pages.CacheCounts;
import io.mmapio.internal.pages.PageLocking;
import io.mmapio.internal.pages.PagePopulation;
import io.mmapio.internal.pages.PageRemoval;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.MapRequest.Start;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.views.Protection;
import io.mmapio.internal.views.Views;
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
  private String errorName = "EIO";
  private int failAt = 1; // which call of that name is the first to fail
  private long fileSize = 1000;
  private long extended; // what extending makes of that

  private final MmapBackend os =
      (MmapBackend)
          Proxy.newProxyInstance(
              MmapBackend.class.getClassLoader(),
              new Class<?>[] {MmapBackend.class},
              (proxy, method, arguments) -> answer(method.getName()));

  private Object answer(String call) {
    calls.add(call);
    if (call.equals(failing) && count(call) >= failAt) {
      return -(long) ERROR;
    }
    return switch (call) {
      case "pageSize" -> 4096L;
      case "granularity" -> 65_536L;
      case "duplicate" -> HANDLE;
      case "size" -> fileSize;
      case "extend" -> {
        fileSize = Math.max(fileSize, extended);
        yield 0L;
      }
      case "map", "reserve" -> ADDRESS;
      case "supports" -> true;
      case "limit" -> 1024L;
      case "view" -> ByteBuffer.allocateDirect(10);
      case "errorName" -> errorName;
      case "awaitLostPage" -> -1L;
      case "origin" -> "a test";
      default -> 0L;
    };
  }

  private Mapping map() throws IOException {
    return map(/* guarded= */ false);
  }

  private Mapping map(boolean guarded) throws IOException {
    Source source = new Source.OfDescriptor(new FileDescriptor());
    return MappingCreator.map(
        os,
        new MapRequest(
            source,
            Access.READ_WRITE,
            10,
            2000,
            Growth.ALLOCATE,
            Layout.PLAIN,
            new Start(Advice.RANDOM, null, false, guarded)),
        StartOptions::apply);
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

  @Test
  void fileOfUnknownSizeIsNeitherExtendedNorMapped() {
    fileSize = MmapBackend.SIZE_UNKNOWN;
    MmapException e = assertThrows(MmapException.class, this::map);
    assertTrue(e.toString().contains("does not know the size"), e.toString());
    assertEquals(0, e.errno());
    assertEquals(0, count("extend") + count("map"), calls.toString());
    assertEquals(1, count("release"), calls.toString());
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
    assertThrows(IllegalStateException.class, () -> new Views(mapping).buffer(0, 1));
    mapping.close();
    assertEquals(1, count("release"));
  }

  @Test
  void moreGuardsThanThereAreIsExplainedAndLeavesNothingBehind() {
    failing = "guard";
    errorName = "ENOMEM";
    MmapException e = assertThrows(MmapException.class, () -> map(/* guarded= */ true));
    assertTrue(e.toString().contains("regions can be guarded at a time"), e.toString());
    assertEquals(1, count("unmap"), calls.toString());
    assertEquals(1, count("release"), calls.toString());
  }

  @Test
  void closingWithAViewAliveEntombsAndWithoutOneUnmaps() throws IOException {
    Mapping viewed = map();
    ByteBuffer view = new Views(viewed).buffer(0, 10);
    viewed.close();
    assertEquals(1, count("entomb"));
    assertEquals(0, count("unmap"));
    assertTrue(view.isDirect());

    map().close();
    assertEquals(1, count("unmap"));
  }

  @Test
  void syncThatLostDataIsTheLastToSucceed() throws IOException {
    Mapping mapping = map();
    WriteBack.sync(mapping, 0, 10, SyncMode.DURABLE, false);
    failing = "sync";
    assertThrows(MmapException.class, () -> WriteBack.sync(mapping, 5, 1, SyncMode.DURABLE, false));
    failing = "";
    MmapException again =
        assertThrows(
            MmapException.class, () -> WriteBack.sync(mapping, 0, 10, SyncMode.BLOCKING, false));
    assertTrue(again.toString().contains("earlier sync"), again.toString());
    assertEquals("EIO", again.errorName());
    assertEquals(5, again.offset());
    mapping.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"EINTR", "EAGAIN", "ENOMEM", "ERROR_LOCK_VIOLATION"})
  void syncThatWasRefusedMayBeMadeAgain(String error) throws IOException {
    Mapping mapping = map();
    errorName = error;
    failing = "sync";
    assertThrows(MmapException.class, () -> WriteBack.sync(mapping, 0, 1, SyncMode.DURABLE, false));
    failing = "";
    WriteBack.sync(mapping, 0, 1, SyncMode.DURABLE, false);
    mapping.close();
  }

  /** The same backend, which also notes the arguments of one call. */
  private MmapBackend noting(String call, List<Object> arguments) {
    return (MmapBackend)
        Proxy.newProxyInstance(
            MmapBackend.class.getClassLoader(),
            new Class<?>[] {MmapBackend.class},
            (proxy, method, given) -> {
              if (method.getName().equals(call)) {
                arguments.addAll(List.of(given));
              }
              return answer(method.getName());
            });
  }

  @Test
  void offsetIsRoundedDownAndLengthGrowsByAsMuch() throws IOException {
    List<Object> mapped = new ArrayList<>();
    Source source = new Source.OfDescriptor(new FileDescriptor());
    long offset = 3 * 65_536L + 17;
    MappingCreator.map(
        noting("map", mapped),
        new MapRequest(
            source, Access.READ_WRITE, offset, 2000, Growth.SPARSE, Layout.PLAIN, Start.NOTHING),
        StartOptions::apply);
    assertEquals(List.of(HANDLE, 3 * 65_536L, 2017L, Access.READ_WRITE), mapped);
  }

  private static MapRequest mirror() {
    return new MapRequest(
        new Source.OfDescriptor(new FileDescriptor()),
        Access.READ_WRITE,
        0,
        65_536,
        Growth.SPARSE,
        new Layout(0, true, 0),
        Start.NOTHING);
  }

  @Test
  void syncAcrossTheSeamOfAMirrorIsTwoPartsOfTheFile() throws IOException {
    List<Object> synced = new ArrayList<>();
    Mapping mapping = MappingCreator.map(noting("sync", synced), mirror(), StartOptions::apply);
    WriteBack.sync(mapping, 65_535, 2, SyncMode.ASYNC, /* invalidate= */ false);
    long seam = ADDRESS + 65_536;
    assertEquals(
        List.of(
            HANDLE,
            seam - 4096,
            4096L,
            61_440L,
            SyncMode.ASYNC,
            false,
            HANDLE,
            seam,
            4096L,
            0L,
            SyncMode.ASYNC,
            false),
        synced);
  }

  private Mapping growable(Growth growth, Layout layout) throws IOException {
    Source source = new Source.OfDescriptor(new FileDescriptor());
    return MappingCreator.map(
        os,
        new MapRequest(source, Access.READ_WRITE, 0, 1000, growth, layout, Start.NOTHING),
        StartOptions::apply);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reserve", "mapInto"})
  void reservationThatFailsLeavesNothingBehind(String call) {
    failing = call;
    assertThrows(MmapException.class, () -> growable(Growth.NEVER, new Layout(1 << 20, false, 0)));
    assertEquals(1, count("release"), calls.toString());
    assertEquals(call.equals("mapInto") ? 1 : 0, count("unmap"), calls.toString());
  }

  @Test
  void secondHalfOfAMirrorThatFailsTakesTheFirstWithIt() {
    failAt = 2;
    failing = "mapInto";
    assertThrows(MmapException.class, () -> MappingCreator.map(os, mirror(), StartOptions::apply));
    assertEquals(2, count("mapInto"));
    assertEquals(1, count("unmap"));
    assertEquals(1, count("release"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"size", "extend", "mapInto"})
  void growthThatFailsLeavesEverythingAsItWas(String call) throws IOException {
    Mapping mapping = growable(Growth.ALLOCATE, new Layout(1 << 20, false, 0));
    failing = call;
    extended = 100_000;
    assertThrows(MmapException.class, () -> Resizer.grow(mapping, 100_000, StartOptions::apply));
    assertEquals(1000, mapping.size());
    assertEquals(call.equals("mapInto") ? 1 : 0, count("truncate"), calls.toString());
    failing = "";
    fileSize = 1000;
    Resizer.grow(mapping, 2000, StartOptions::apply);
    assertEquals(2000, mapping.size());
    mapping.close();
    assertEquals(1, count("unmap"));
    assertEquals(1, count("release"));
  }

  @Test
  void cutThatFailsBringsTheEndBack() throws IOException {
    Mapping mapping = growable(Growth.ALLOCATE, new Layout(1 << 20, false, 0));
    Resizer.grow(mapping, 100_000, StartOptions::apply);
    long mapped = count("mapInto");
    failing = "truncate";
    assertThrows(MmapException.class, () -> Resizer.shrink(mapping, 10));
    assertEquals(100_000, mapping.size());
    assertEquals(1, count("entomb"));
    assertEquals(mapped + 1, count("mapInto"));
    mapping.trimOnClose(10);
    assertThrows(UncheckedIOException.class, mapping::close);
    assertEquals(1, count("release"));
    assertEquals(1, count("unmap"));
  }

  @Test
  void manyRangesAreOneCall() throws IOException {
    Mapping mapping = map();
    calls.clear();
    AdviceOperation.adviseAll(mapping, new long[] {0, 100, 1999}, 1, Advice.WILLNEED);
    assertEquals(List.of("adviseAll"), calls);
  }

  @ParameterizedTest
  @ValueSource(strings = {"populate", "lock", "protect", "discard", "evict", "cacheState"})
  void failedWorkOnPagesIsAnExceptionAndNoMore(String call) throws IOException {
    Mapping mapping = map();
    failing = call;
    MmapException e =
        assertThrows(
            MmapException.class,
            () -> {
              switch (call) {
                case "populate" ->
                    PagePopulation.populate(mapping, 0, 10, Prefault.READ, (done, total) -> true);
                case "lock" -> PageLocking.lock(mapping, 0, 10);
                case "protect" -> Protection.protect(mapping, new Views(mapping), Access.READ_ONLY);
                case "evict" -> WriteBack.evict(mapping, 0, 10);
                case "cacheState" -> CacheCounts.cacheState(mapping, 0, 10);
                default -> PageRemoval.discard(memory(), 0, 4096);
              }
            });
    assertEquals(call, e.call());
    assertEquals(Access.READ_WRITE, mapping.access());
    mapping.close();
  }

  private Mapping memory() throws IOException {
    return MappingCreator.map(
        os, MapRequest.of(new Source.Anonymous(), Access.READ_WRITE, 8192), StartOptions::apply);
  }
}
