// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every offset and every length: odd ones, those over 2 and 4 GiB, and those that are refused. */
final class RangesTest {
  private static final long TWO_GIB = 1L << 31;
  private static final long FOUR_GIB = 1L << 32;

  @TempDir Path directory;

  static LongStream offsets() {
    long page = Mmap.pageSize();
    long unit = Mmap.allocationGranularity();
    return LongStream.of(
        0, 1, page - 1, page, unit - 1, unit + 1, TWO_GIB, FOUR_GIB + 1, FOUR_GIB + page + 7);
  }

  @ParameterizedTest
  @MethodSource("offsets")
  void anyOffsetCanBeMapped(long offset) throws IOException {
    Path file = Bytes.sparse(directory.resolve("file"), FOUR_GIB + (1 << 20));
    Bytes.put(file, offset, (byte) 1);
    Bytes.put(file, offset + 9999, (byte) 2);
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(offset, 10_000).map()) {
      ByteBuffer view = region.buffer();
      assertEquals(10_000, view.capacity());
      assertEquals(1, view.get(0));
      assertEquals(2, view.get(9999));
      view.put(5000, (byte) 3);
      region.sync(5000, 1);
      assertEquals(3, Bytes.at(file, offset + 5000));
      assertEquals(0, Bytes.at(file, offset + 5001));
      assertPagesTouched(region, offset, 0, 10_000);
      assertPagesTouched(region, offset, 5000, 1);
    }
  }

  private static void assertPagesTouched(MappedRegion region, long start, long offset, long length)
      throws IOException {
    long page = Mmap.pageSize();
    long first = (start + offset) / page;
    long last = (start + offset + length - 1) / page;
    assertEquals(last - first + 1, region.incore(offset, length).pages());
  }

  static Stream<Arguments> places() {
    long page = Mmap.pageSize();
    return Stream.of(
        Arguments.of(1, 1),
        Arguments.of(page - 1, 2),
        Arguments.of(page, page),
        Arguments.of(TWO_GIB - 1, 2),
        Arguments.of(TWO_GIB, 100),
        Arguments.of(FOUR_GIB + 1, page),
        Arguments.of(1, TWO_GIB + 1),
        Arguments.of(3, FOUR_GIB + 5));
  }

  @ParameterizedTest
  @MethodSource("places")
  void everyVerbWorksOnAnyPartOfALargeRegion(long offset, long length) throws IOException {
    Path file = Bytes.sparse(directory.resolve("file"), FOUR_GIB + TWO_GIB);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      assertEquals(FOUR_GIB + TWO_GIB, region.size());
      region.buffer(offset, 1).put(0, (byte) 1);
      region.buffer(offset + length - 1, 1).put(0, (byte) 2);
      AdviceOutcome outcome = region.advise(offset, length, Advice.NORMAL);
      assertEquals(Advice.NORMAL.isSupported(), outcome == AdviceOutcome.APPLIED);
      for (SyncMode mode : SyncMode.values()) {
        region.sync(offset, length, mode);
      }
      if (length < TWO_GIB || !Machine.isEmulated()) { // wine asks about each page by itself
        assertPagesTouched(region, 0, offset, length);
      }
      assertEquals(length == 1 ? 2 : 1, Bytes.at(file, offset));
      assertEquals(2, Bytes.at(file, offset + length - 1));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "99999, 100000",
    "9223372036854775807, 1",
    "-1, 1",
    "0, -1",
    "1, 9223372036854775807",
    "9223372036854775807, 9223372036854775807",
    "100001, 0",
    "0, 100001"
  })
  void rangesOutsideAreRefused(long offset, long length) throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 100_000);
    byte[] before = Files.readAllBytes(file);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      assertRefused(() -> region.buffer(offset, length));
      assertRefused(() -> region.advise(offset, length, Advice.WILLNEED));
      assertRefused(() -> region.sync(offset, length));
      assertRefused(() -> region.sync(offset, length, SyncMode.ASYNC));
      assertRefused(() -> region.incore(offset, length));
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, -1", "9223372036854775807, 1", "1, 9223372036854775807"})
  void rangesNoFileCanHaveAreRefused(long offset, long length) throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 10);
    assertRefused(() -> Mmap.file(file).range(offset, length));
    assertEquals(10, Files.size(file));
  }

  @Test
  void negativeSizeOfMemoryIsRefused() {
    assertRefused(() -> Mmap.anonymous(-1));
  }

  private static void assertRefused(Executable call) {
    assertThrows(IndexOutOfBoundsException.class, call);
  }

  @Test
  void bufferOfMoreThanTwoGibIsRefusedWithTheWayOut() throws IOException {
    Path file = Bytes.sparse(directory.resolve("file"), FOUR_GIB + 5);
    try (MappedRegion region = Mmap.map(file)) {
      for (long length : new long[] {TWO_GIB, FOUR_GIB, FOUR_GIB + 5}) {
        IllegalArgumentException e =
            assertThrows(IllegalArgumentException.class, () -> region.buffer(0, length));
        assertEquals(true, e.getMessage().contains("MemorySegment"), e.getMessage());
      }
      assertThrows(IllegalArgumentException.class, region::buffer);
      assertEquals(Integer.MAX_VALUE, region.buffer(7, Integer.MAX_VALUE).capacity());
    }
  }
}
