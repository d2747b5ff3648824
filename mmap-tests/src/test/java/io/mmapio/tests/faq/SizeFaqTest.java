// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about sizes, run. */
final class SizeFaqTest {
  @TempDir Path directory;

  // recipe: more than 2 GiB
  static long lastLong(Path path) throws IOException {
    try (MappedRegion region = Mmap.map(path)) { // one mapping, of any size
      return region.buffer(region.size() - 8, 8).getLong(); // a view of any part
    }
  }

  // end

  @Test
  void fileOfFiveGibibytesIsOneMapping() throws IOException {
    Path path = directory.resolve("large");
    try (MappedRegion region =
        Mmap.file(Files.createFile(path))
            .access(Access.READ_WRITE)
            .range(0, 5L << 30)
            .sparse()
            .map()) {
      assertThrows(IllegalArgumentException.class, region::buffer); // a ByteBuffer is not enough
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.seek((5L << 30) - 8);
      file.writeLong(0x0123456789abcdefL);
    }
    assertEquals(0x0123456789abcdefL, lastLong(path));
  }

  // recipe: grow under readers
  static MappedRegion open(Path path) throws IOException {
    MapOptions options = Mmap.file(path).access(Access.READ_WRITE).range(0, 1 << 16);
    return options.extend().capacity(1L << 30).map(); // reserves addresses, not storage
  }

  static void append(MappedRegion region, long end, byte[] record) throws IOException {
    while (end + record.length > region.size()) {
      region.grow(2 * region.size()); // in place: every view stays valid
    }
    region.buffer(end, record.length).put(record);
  }

  // end

  @Test
  void viewsOfAGrowingFileStayValidAndKeepTheirContents() throws IOException {
    Path path = Files.createFile(directory.resolve("index"));
    byte[] record = new byte[1000];
    try (MappedRegion region = open(path)) {
      append(region, 0, filled(record, 1));
      ByteBuffer before = region.buffer();
      for (int number = 1; number < 1000; number++) {
        append(region, number * 1000L, filled(record, number % 100));
      }
      assertEquals(1 << 20, region.size());
      assertEquals(1, before.get(999));
      assertEquals(65, before.get(65_535));
      assertEquals(99, region.buffer().get(999_999));
      region.buffer().put(0, (byte) 42);
      assertEquals(42, before.get(0)); // the same page, not a copy
    }
    assertEquals(1 << 20, Files.size(path));
  }

  private static byte[] filled(byte[] record, int value) {
    Arrays.fill(record, (byte) value);
    return record;
  }

  // recipe: never extend a file by mapping it
  static MappedRegion header(Path path, long length) throws IOException {
    MapOptions options = Mmap.file(path).access(Access.READ_WRITE).range(0, length);
    return options.map(); // throws if the file is shorter; only extend() and sparse() extend it
  }

  // end

  @Test
  void shortFileIsRefusedAndKeepsItsSize() throws IOException {
    Path path = Files.write(directory.resolve("file"), new byte[100]);
    MmapException e = assertThrows(MmapException.class, () -> header(path, 4096));
    for (String word : new String[] {"extend()", "4096", "100"}) {
      assertTrue(e.getMessage().contains(word), e.getMessage());
    }
    assertEquals(100, Files.size(path));
    MapOptions copy = Mmap.file(path).access(Access.COPY_ON_WRITE).range(0, 4096);
    assertThrows(MmapException.class, copy::map);
    assertEquals(100, Files.size(path));
    try (MappedRegion region = header(path, 50)) {
      assertEquals(50, region.size());
    }
  }

  // recipe: sparse or allocated
  static MappedRegion create(Path path, long size, boolean sparse) throws IOException {
    MapOptions options = Mmap.file(path).access(Access.READ_WRITE).range(0, size);
    return (sparse ? options.sparse() : options.extend()).map();
  }

  /** Gives the storage of what was consumed back to the file system; it reads as zeros then. */
  static long forget(MappedRegion region, long consumed) throws IOException {
    return region.pages(0, consumed).punchHole();
  }

  // end

  @Test
  void allocationIsReported() throws IOException {
    Path one = Files.createFile(directory.resolve("sparse"));
    Path other = Files.createFile(directory.resolve("allocated"));
    try (MappedRegion sparse = create(one, 1 << 20, true);
        MappedRegion allocated = create(other, 1 << 20, false)) {
      assertEquals(Allocation.SIZED, sparse.allocation());
      assumeTrue(
          allocated.allocation() == Allocation.ALLOCATED, "this file system allocates nothing");
    }
    assertEquals(Files.size(one), Files.size(other));
  }

  @Test
  void storageIsGivenBack() throws IOException {
    assumeTrue(Feature.PUNCH_HOLE.isSupported(), "no holes here");
    Path path = Files.createFile(directory.resolve("log"));
    try (MappedRegion region = create(path, 1 << 20, false)) {
      filled(region.buffer());
      assertEquals(512 << 10, forget(region, 512 << 10));
      assertEquals(0, region.buffer().get((512 << 10) - 1));
      assertEquals(7, region.buffer().get(512 << 10));
    }
    assertEquals(1 << 20, Files.size(path));
  }

  private static void filled(ByteBuffer view) {
    while (view.hasRemaining()) {
      view.put((byte) 7);
    }
  }
}
