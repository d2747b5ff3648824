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
import io.mmapio.internal.pages.Eviction;
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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend whose calls fail on request: whatever was taken before is given back. */
final class FailingBackendTest extends FailingBackend {
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
        StartOptions.ALL);
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

  /** Evicting writes back, so it can be what finds that data is lost. */
  @Test
  void evictionThatLostDataIsTheLastCallToSucceed() throws IOException {
    Mapping mapping = map();
    failing = "evict";
    assertThrows(MmapException.class, () -> Eviction.evict(mapping, 5, 1));
    failing = "";
    assertThrows(MmapException.class, () -> Eviction.evict(mapping, 5, 1));
    MmapException again =
        assertThrows(
            MmapException.class, () -> WriteBack.sync(mapping, 0, 10, SyncMode.BLOCKING, false));
    assertEquals("EIO", again.errorName());
    assertEquals("evict", again.call());
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

  @Test
  void offsetIsRoundedDownAndLengthGrowsByAsMuch() throws IOException {
    List<Object> mapped = new ArrayList<>();
    Source source = new Source.OfDescriptor(new FileDescriptor());
    long offset = 3 * 65_536L + 17;
    MappingCreator.map(
        noting("map", mapped),
        new MapRequest(
            source, Access.READ_WRITE, offset, 2000, Growth.SPARSE, Layout.PLAIN, Start.NOTHING),
        StartOptions.ALL);
    assertEquals(List.of(HANDLE, 3 * 65_536L, 2017L, Access.READ_WRITE), mapped);
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
                case "evict" -> Eviction.evict(mapping, 0, 10);
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
        os, MapRequest.of(new Source.Anonymous(), Access.READ_WRITE, 8192), StartOptions.ALL);
  }
}
