// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Views of a part of a region, also for as long as an arena is open; what is resident, and where.
 */
final class RangeViewsTest {
  private static final long FIVE_GIB = 5L << 30;

  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());
  private final int size = 16 * page;

  private MappedRegion region() throws IOException {
    return Mmap.map(Bytes.patterned(directory.resolve("file"), size), Access.READ_WRITE);
  }

  private static Class<?> segmentType() {
    assumeTrue(Touch.segmentsExist(), "MemorySegment needs JDK 22");
    return SegmentTouches.segmentType();
  }

  @Test
  void bufferOfARangeIsAWindow() throws IOException {
    try (MappedRegion region = region()) {
      ByteBuffer buffer = region.as(ByteBuffer.class, page + 3, 100);
      assertEquals(100, buffer.capacity());
      assertEquals(Bytes.patternAt(page + 3), buffer.get(0));
      buffer.put(99, (byte) 1);
      assertEquals(1, region.buffer().get(page + 102));
    }
  }

  @Test
  void segmentOfARangeShowsThatAlone() throws IOException {
    Class<?> type = segmentType();
    Path file = Bytes.sparse(directory.resolve("file"), FIVE_GIB);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      Object segment = region.as(type, 3, FIVE_GIB - 10);
      assertEquals(FIVE_GIB - 10, SegmentCalls.size(segment));
      SegmentCalls.set(segment, FIVE_GIB - 11, (byte) 4);
      assertEquals(4, region.buffer(FIVE_GIB - 8, 1).get(0));
      Object across = region.as(type, (1L << 31) - 5, 10);
      SegmentCalls.set(across, 0, (byte) 1);
      SegmentCalls.set(across, 9, (byte) 2);
      assertEquals(1, SegmentCalls.get(segment, (1L << 31) - 8));
      assertEquals(2, SegmentCalls.get(segment, (1L << 31) + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> SegmentCalls.get(across, 10));
      assertEquals(0, SegmentCalls.size(region.as(type, FIVE_GIB, 0)));
    }
    try (MappedRegion region = Mmap.map(file)) {
      assertTrue(SegmentCalls.isReadOnly(region.as(type, 5, 5)));
    }
  }

  @Test
  void rangesLieInsideAndRegionsAreOpen() throws IOException {
    MappedRegion region = region();
    try (region) {
      Class<?> type = ByteBuffer.class;
      assertThrows(IndexOutOfBoundsException.class, () -> region.as(type, 1, size));
      assertThrows(IndexOutOfBoundsException.class, () -> region.as(type, -1, 1));
      assertThrows(UnsupportedOperationException.class, () -> region.as(String.class, 0, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> region.isResident(1, size));
      if (Touch.segmentsExist()) {
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> region.as(SegmentTouches.segmentType(), size, 1));
      }
    }
    assertThrows(IllegalStateException.class, () -> region.as(ByteBuffer.class, 0, 1));
    assertThrows(IllegalStateException.class, () -> region.isResident(0, 1));
  }

  @Test
  void segmentOfAnArenaEndsWithIt() throws Exception {
    Class<?> type = segmentType();
    AutoCloseable arena = SegmentCalls.sharedArena();
    try (MappedRegion region = region()) {
      Object segment = region.as(type, page + 3, 100, arena);
      Object slice = SegmentCalls.slice(segment, 50, 10);
      ByteBuffer buffer = SegmentCalls.buffer(segment);
      Object other = region.as(type, page + 3, 100);
      assertEquals(Bytes.patternAt(page + 53), SegmentCalls.get(slice, 0));
      arena.close();
      assertThrows(IllegalStateException.class, () -> SegmentCalls.get(segment, 0));
      assertThrows(IllegalStateException.class, () -> SegmentCalls.get(slice, 0));
      assertThrows(IllegalStateException.class, () -> SegmentCalls.set(slice, 0, (byte) 1));
      assertThrows(IllegalStateException.class, () -> buffer.get(0));
      assertEquals(Bytes.patternAt(page + 3), SegmentCalls.get(other, 0));
      assertEquals(Bytes.patternAt(page + 3), region.buffer().get(page + 3));
      assertThrows(IllegalStateException.class, () -> region.as(type, 0, 1, arena));
    }
  }

  @Test
  void regionMayBeClosedBeforeTheArena() throws Exception {
    Class<?> type = segmentType();
    Object segment;
    try (AutoCloseable arena = SegmentCalls.confinedArena()) {
      try (MappedRegion region = region()) {
        segment = region.as(type, 3, 100, arena);
        assertEquals(Bytes.patternAt(3), SegmentCalls.get(segment, 0));
      }
      assertEquals(0, SegmentCalls.get(segment, 0));
    }
    assertThrows(IllegalStateException.class, () -> SegmentCalls.get(segment, 0));
  }

  @Test
  void arenasAreForSegmentsAlone() throws Exception {
    segmentType();
    try (MappedRegion region = region();
        AutoCloseable arena = SegmentCalls.sharedArena()) {
      assertThrows(
          UnsupportedOperationException.class, () -> region.as(ByteBuffer.class, 0, 1, arena));
    }
  }

  @Test
  void residentIsARangeOfWhichNoPageIsAbsent() throws IOException {
    Machine.assumeNotEmulated("an emulator evicts nothing");
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    try (MappedRegion region = region()) {
      region.pages().evict();
      assertFalse(region.isResident(0, size));
      region.pages().populate(Prefault.READ);
      assertTrue(region.isResident(0, size));
      region.pages(5L * page, 1).evict();
      assertFalse(region.isResident(0, size));
      assertTrue(region.isResident(0, 5L * page));
      assertFalse(region.isResident(0, 5L * page + 1));
      assertTrue(region.isResident(6L * page, 10L * page));
      assertTrue(region.isResident(size, 0));
    }
  }

  @Test
  void addressIsThatOfTheFirstByte() throws IOException {
    Class<?> type = segmentType();
    Path file = Bytes.patterned(directory.resolve("file"), size);
    try (MappedRegion region = Mmap.file(file).range(page + 5, page).map()) {
      long address = region.address();
      assertEquals(5, address % page);
      assertEquals(address, SegmentCalls.address(region.as(type)));
      assertEquals(address + 7, SegmentCalls.address(region.as(type, 7, 1)));
    }
  }
}
