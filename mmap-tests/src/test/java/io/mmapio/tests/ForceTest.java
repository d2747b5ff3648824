// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.CacheState;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code force}, {@code load} and {@code isLoaded} of views are true: they write and read pages, or
 * they throw. What private memory answers is in {@link PrivateForceTest}.
 */
final class ForceTest {
  private static final int PAGES = 256;

  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());
  private final int size = PAGES * page;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), size);
  }

  private static void assumeDirtyPagesAreCounted() {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    Machine.assumeNotEmulated("an emulator passes no counts on");
  }

  private static void assumeLoadingIsSeen() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    assumeFalse(windows, "the JDK's isLoaded says always false on Windows");
    Machine.assumeNotEmulated("an emulator evicts nothing");
  }

  /** Pages that are not on the device. */
  private static long dirty(MappedRegion region, long offset, long length) throws IOException {
    CacheState state = region.pages(offset, length).cacheState().orElseThrow();
    return state.dirty() + state.writeback();
  }

  private static long dirty(MappedRegion region) throws IOException {
    return dirty(region, 0, region.size());
  }

  /** Writes to every page. */
  private void soil(MappedRegion region) throws IOException {
    region.sync();
    ByteBuffer view = region.buffer();
    for (int at = 0; at < view.capacity(); at += page) {
      view.put(at, (byte) (view.get(at) + 1));
    }
    // A file system in memory has no device that its pages could differ from.
    assumeTrue(dirty(region) > 0, "this file system counts no dirty pages");
    assertEquals(PAGES, dirty(region));
  }

  /** Kinds that have these methods. */
  static List<ViewKind> kinds() throws IOException {
    try (MappedRegion region = Mmap.anonymous(4 * Mmap.pageSize()).map()) {
      return ViewKind.all().stream()
          .filter(kind -> !(kind.of(region).view() instanceof LongBuffer))
          .toList();
    }
  }

  /** Kinds of which the JDK leaves no file: their methods throw. */
  private static boolean isOfNoFile(ViewKind kind, Object view) {
    boolean may = kind == ViewKind.SEGMENT_REINTERPRETED || kind.name().contains("ARENA");
    return may && !(view instanceof ByteBuffer) && !SegmentCalls.isMapped(view);
  }

  private static void force(Object view) {
    if (view instanceof MappedByteBuffer buffer) {
      buffer.force();
    } else {
      SegmentCalls.force(view);
    }
  }

  private static void load(Object view) {
    if (view instanceof MappedByteBuffer buffer) {
      buffer.load();
    } else {
      SegmentCalls.load(view);
    }
  }

  private static boolean isLoaded(Object view) {
    return view instanceof MappedByteBuffer buffer
        ? buffer.isLoaded()
        : SegmentCalls.isLoaded(view);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void forceWritesThePagesOfAViewOfAnyKind(ViewKind kind) throws IOException {
    assumeDirtyPagesAreCounted();
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      Object view = kind.of(region).view();
      soil(region);
      if (isOfNoFile(kind, view)) {
        assertThrows(UnsupportedOperationException.class, () -> force(view));
      } else {
        force(view);
        assertEquals(0, dirty(region));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void loadedIsWhatIsInMemory(ViewKind kind) throws IOException {
    assumeLoadingIsSeen();
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      Object view = kind.of(region).view();
      region.pages().evict();
      assertEquals(0, region.incore().resident());
      if (isOfNoFile(kind, view)) {
        assertThrows(UnsupportedOperationException.class, () -> isLoaded(view));
        assertThrows(UnsupportedOperationException.class, () -> load(view));
        return;
      }
      assertFalse(isLoaded(view), "all of it was evicted");
      load(view);
      assertTrue(isLoaded(view), "all of it was loaded");
      assertEquals(PAGES, region.incore().resident());
      region.pages(size / 2, 1).evict();
      assertFalse(isLoaded(view), "one page was evicted");
      region.pages().populate(io.mmapio.Prefault.READ);
      assertTrue(isLoaded(view), "all of it was populated");
    }
  }

  @Test
  void forceOfARangeWritesWhatSyncingItWould() throws IOException {
    assumeDirtyPagesAreCounted();
    int[][] ranges = {{0, size}, {10 * page + 5, 3 * page}, {7 * page, page}, {size - 1, 1}};
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      region.pages().evict(); // and read again, each page by itself
      for (int[] range : ranges) {
        soil(region);
        region.sync(range[0], range[1]);
        long left = dirty(region);
        soil(region);
        ((MappedByteBuffer) region.buffer()).force(range[0], range[1]);
        assertEquals(0, dirty(region, range[0], range[1]));
        assertEquals(left, dirty(region));
        soil(region);
        int shift = Math.min(range[0], 3); // a window that begins within a page
        MappedByteBuffer window = (MappedByteBuffer) region.buffer(shift, size - shift);
        window.force(range[0] - shift, range[1]);
        assertEquals(left, dirty(region));
      }
    }
  }

  @Test
  void segmentsOfFilesAreMapped() throws IOException {
    assumeTrue(Touch.segmentsExist(), "MemorySegment needs JDK 22");
    Path file = file();
    try (MappedRegion writer = Mmap.map(file, Access.READ_WRITE);
        MappedRegion reader = Mmap.map(file)) {
      for (MappedRegion region : List.of(writer, reader)) {
        Object segment = region.as(SegmentTouches.segmentType());
        assertTrue(SegmentCalls.isMapped(segment));
        SegmentCalls.force(segment);
        SegmentCalls.load(segment);
        SegmentCalls.unload(segment);
        assertEquals(Bytes.patternAt(page + 1), SegmentCalls.get(segment, page + 1));
      }
    }
  }

  /** No ByteBuffer covers it. */
  @Test
  void segmentOfThreeGibibytesIsForcedAndLoaded() throws IOException {
    assumeDirtyPagesAreCounted();
    assumeTrue(Touch.segmentsExist(), "MemorySegment needs JDK 22");
    long gibi = 1L << 30;
    Path file = Bytes.sparse(directory.resolve("file"), 3 * gibi);
    long[] places = {
      0, gibi - 1, gibi, 2 * gibi - 1, 2 * gibi, 2 * gibi + 10L * page, 3 * gibi - 1
    };
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      Object segment = region.as(SegmentTouches.segmentType());
      assertTrue(SegmentCalls.isMapped(segment));
      for (long place : places) {
        SegmentCalls.set(segment, place, (byte) 1);
      }
      assumeTrue(dirty(region) > 0, "this file system counts no dirty pages");
      assertEquals(places.length, dirty(region));
      Object middle = SegmentCalls.slice(segment, 2 * gibi - 10, 20);
      SegmentCalls.force(middle);
      assertEquals(0, dirty(region, 2 * gibi - 10, 20));
      SegmentCalls.force(segment);
      assertEquals(0, dirty(region));
      region.pages().evict();
      assertFalse(SegmentCalls.isLoaded(middle));
      assertFalse(SegmentCalls.isLoaded(segment));
      SegmentCalls.load(middle);
      assertTrue(SegmentCalls.isLoaded(middle));
      assertFalse(SegmentCalls.isLoaded(segment));
      SegmentCalls.unload(middle);
      assertEquals(1, SegmentCalls.get(middle, 10));
      ByteBuffer buffer = SegmentCalls.buffer(middle).put(10, (byte) 2);
      assertEquals(1, dirty(region));
      force(buffer);
      assertEquals(0, dirty(region));
    }
  }

  private void assertForceWrites(MappedRegion region, long offset, long length, Object view)
      throws IOException {
    region.sync();
    for (long at = offset; at < offset + length; at += page) {
      region.checked().write(at, ByteBuffer.wrap(new byte[] {1}));
    }
    assumeTrue(dirty(region) > 0, "this file system counts no dirty pages");
    force(view);
    assertEquals(0, dirty(region), region::toString);
  }

  @Test
  void forceWritesWhateverTheRegionIs() throws IOException {
    assumeDirtyPagesAreCounted();
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "no checked access here");
    MapOptions options = Mmap.file(file()).access(Access.READ_WRITE);
    try (MappedRegion guarded = Machine.guardedIfPossible(options).map()) {
      assertForceWrites(guarded, 0, size, guarded.buffer());
    }
    try (MappedRegion part = options.range(3L * page + 7, 9L * page).map()) {
      assertForceWrites(part, 0, part.size(), part.buffer());
    }
    try (MappedRegion mirrored = options.range(0, size).mirrored().map()) {
      assertForceWrites(mirrored, 0, size, mirrored.buffer(size, size));
      assertForceWrites(mirrored, size, size, mirrored.buffer(0, size));
      assertForceWrites(mirrored, 0, 2L * size, mirrored.buffer());
    }
    try (MappedRegion grown = options.capacity(4L * size).map()) {
      ByteBuffer before = grown.buffer();
      grown.grow(2L * size + 1);
      assertForceWrites(grown, 0, size, before);
      assertForceWrites(grown, 0, grown.size(), grown.buffer());
      assertForceWrites(grown, size, size, grown.buffer(size, size));
    }
  }

  @Test
  void forceOfAProtectedRegionWrites() throws IOException {
    assumeDirtyPagesAreCounted();
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "no checked access here");
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      region.checked().write(page, ByteBuffer.wrap(new byte[] {1}));
      assumeTrue(dirty(region) > 0, "this file system counts no dirty pages");
      region.protect(Access.READ_ONLY);
      force(region.buffer());
      assertEquals(0, dirty(region));
    }
  }
}
