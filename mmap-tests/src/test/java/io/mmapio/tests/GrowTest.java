// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Allocation;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Growing in place: what is mapped stays where it is, and what is new is there at once. */
final class GrowTest {
  private static final long MEBI = 1 << 20;

  @TempDir Path directory;

  private Path file(int size) throws IOException {
    return Bytes.patterned(directory.resolve("file"), size);
  }

  /** Odd offsets and sizes, growth within a page, over pages and over units of 64 KiB. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 4096, 70_001})
  void oldViewsAndNewOnesShowTheSameFile(long offset) throws IOException {
    long[] sizes = {100, 101, 5000, 65_536, 100_001, 1_000_003, 4 * MEBI};
    Path file = file((int) offset + 100);
    try (MappedRegion region =
        Mmap.file(file)
            .access(Access.READ_WRITE)
            .range(offset, 100)
            .capacity(sizes[sizes.length - 1])
            .map()) {
      ByteBuffer first = region.buffer();
      long before = 100;
      for (long size : sizes) {
        region.grow(size);
        assertEquals(size, region.size());
        assertEquals(offset + size, Files.size(file));
        ByteBuffer whole = region.buffer();
        assertEquals(Bytes.patternAt(offset + 7), whole.get(7));
        if (size > before) {
          assertEquals(0, whole.get((int) before));
        }
        whole.put(50, (byte) size).put((int) size - 1, (byte) 99);
        assertEquals((byte) size, first.get(50));
        first.put(51, (byte) -size);
        assertEquals((byte) -size, whole.get(51));
        assertEquals(Smaps.addressOf(first), Smaps.addressOf(whole));
        before = size;
      }
      region.sync();
    }
    assertEquals(99, Bytes.at(file, offset + 4 * MEBI - 1));
    assertEquals((byte) -(4 * MEBI), Bytes.at(file, offset + 51));
  }

  @Test
  void storageIsTakenUnlessSparse() throws IOException {
    try (MappedRegion region = Mmap.file(file(10)).access(Access.READ_WRITE).capacity(MEBI).map()) {
      assertEquals(Allocation.NOT_REQUESTED, region.allocation());
      region.grow(MEBI);
      boolean hidden = Machine.isEmulated(); // wine shows no allocation
      assertTrue(region.allocation() == Allocation.ALLOCATED || hidden, region::toString);
    }
    try (MappedRegion region =
        Mmap.file(file(10)).access(Access.READ_WRITE).sparse().capacity(MEBI).map()) {
      region.grow(MEBI);
      assertEquals(Allocation.SIZED, region.allocation());
    }
  }

  @Test
  void emptyFileGrows() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    try (MappedRegion region = Mmap.file(empty).access(Access.READ_WRITE).capacity(MEBI).map()) {
      assertEquals(0, region.size());
      assertEquals(MEBI, region.capacity());
      region.incore();
      region.grow(MEBI);
      region.buffer().put((int) MEBI - 1, (byte) 1);
    }
    assertEquals(1, Bytes.at(empty, MEBI - 1));
  }

  @Test
  void anonymousMemoryGrows() throws IOException {
    try (MappedRegion region = Mmap.anonymous(10).capacity(8 * MEBI).map()) {
      ByteBuffer old = region.buffer();
      old.put(9, (byte) 7);
      for (long size : new long[] {11, 70_000, 8 * MEBI}) {
        region.grow(size);
        ByteBuffer whole = region.buffer();
        assertEquals(7, whole.get(9));
        assertEquals(0, whole.get((int) size - 1));
        old.put(3, (byte) size);
        assertEquals((byte) size, whole.get(3));
      }
    }
  }

  @Test
  void limitsAreKept() throws IOException {
    Path file = file(100);
    try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).capacity(1000).map()) {
      region.grow(100);
      assertThrows(IllegalArgumentException.class, () -> region.grow(99));
      assertThrows(IllegalArgumentException.class, () -> region.grow(1001));
      assertThrows(IllegalArgumentException.class, () -> region.grow(Long.MAX_VALUE));
      assertThrows(IllegalArgumentException.class, () -> region.grow(-1));
      assertEquals(100, Files.size(file));
      region.grow(1000);
    }
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      assertEquals(1000, region.capacity());
      assertThrows(IllegalArgumentException.class, () -> region.grow(1001));
    }
    assertEquals(1000, Files.size(file));
  }

  @Test
  void readerFollowsAFileThatSomebodyElseExtends() throws IOException {
    Path file = file(100);
    try (MappedRegion reader = Mmap.file(file).capacity(MEBI).map()) {
      MmapException e = assertThrows(MmapException.class, () -> reader.grow(200));
      assertTrue(e.getMessage().contains("100 bytes"), e.getMessage());
      assertEquals(100, Files.size(file));
      try (RandomAccessFile other = new RandomAccessFile(file.toFile(), "rw")) {
        other.seek(200_000);
        other.write(5);
      }
      reader.grow(200_001);
      assertEquals(5, reader.buffer().get(200_000));
      assertTrue(reader.buffer().isReadOnly());
    }
  }

  @Test
  void whatWasAskedForWhenMappingIsDoneWithWhatIsNew() throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator passes neither advice nor locks on");
    try (MappedRegion region =
        Mmap.anonymous(MEBI).advise(Advice.DONTDUMP).locked().capacity(4 * MEBI).map()) {
      region.grow(4 * MEBI);
      assertEquals(region.incore().pages(), region.incore().resident());
      List<String> flags = Smaps.flagsOf(region.buffer().put(0, (byte) 1));
      assertTrue(flags.contains("dd") && flags.contains("lo"), flags::toString);
    }
  }

  @Test
  void everyThreadMayGrow() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    CyclicBarrier together = new CyclicBarrier(4);
    try (MappedRegion region =
        Mmap.file(file(1)).access(Access.READ_WRITE).sparse().capacity(64 * MEBI).map()) {
      Callable<Integer> growing =
          () -> {
            together.await();
            int refused = 0;
            for (long size = MEBI; size <= 64 * MEBI; size += MEBI) {
              try {
                region.grow(size);
              } catch (IllegalArgumentException e) {
                refused++; // another thread was ahead
              }
            }
            return refused;
          };
      for (Future<Integer> one : threads.invokeAll(List.of(growing, growing, growing, growing))) {
        assertTrue(one.get() < 64);
      }
      assertEquals(64 * MEBI, region.size());
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void protectedRegionDoesNotGrow() throws IOException {
    try (MappedRegion region = Mmap.file(file(1)).access(Access.READ_WRITE).capacity(10).map()) {
      region.protect(Access.READ_ONLY);
      assertThrows(IllegalStateException.class, () -> region.grow(10));
      region.protect(Access.READ_WRITE);
      region.grow(10);
    }
  }

  @Test
  void leakedViewOfAGrownRegionReadsZeros() throws IOException {
    Path file = file(100);
    MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).capacity(64 * MEBI).map();
    ByteBuffer old = region.buffer();
    region.grow(MEBI + 5);
    ByteBuffer whole = region.buffer();
    whole.put((int) MEBI, (byte) 3);
    region.close();
    assertEquals(0, old.get(7));
    assertEquals(0, whole.get((int) MEBI));
    whole.put((int) MEBI, (byte) 4);
    assertEquals(4, whole.get((int) MEBI));
    assertEquals(3, Bytes.at(file, MEBI));
    Files.delete(file);
  }

  @Test
  @Tag("child-jvm")
  void fullDiskLeavesEverythingAsItWas() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under(Machine.withTmpfs(disk, "size=4m"))
            .run(FullDisk.class, disk.resolve("file").toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("as it was"), outcome.output());
  }

  /** Grows beyond what the disk has. */
  static final class FullDisk {
    private FullDisk() {}

    public static void main(String[] args) throws IOException {
      Path file = Bytes.patterned(Path.of(args[0]), 1 << 20);
      try (MappedRegion region =
          Mmap.file(file).access(Access.READ_WRITE).capacity(64 * MEBI).map()) {
        ByteBuffer old = region.buffer();
        MmapException e = assertThrows(MmapException.class, () -> region.grow(32 * MEBI));
        assertEquals("ENOSPC", e.errorName());
        assertEquals(MEBI, region.size());
        assertEquals(MEBI, Files.size(file));
        assertEquals(Bytes.patternAt(1000), old.get(1000));
        region.grow(2 * MEBI);
        region.buffer().put((int) (2 * MEBI) - 1, (byte) 1);
        assertEquals(2 * MEBI, Files.size(file));
      }
      System.out.println("as it was");
    }
  }

  @Test
  @Tag("child-jvm")
  void tooLittleAddressSpaceIsExplained() throws Exception {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator needs its own address space");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("sh", "-c", "ulimit -v 8000000 && exec \"$@\"", "sh")
            .option("-XX:ReservedCodeCacheSize=32m", "-XX:CompressedClassSpaceSize=32m")
            .run(NoAddresses.class, file(10).toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("RLIMIT_AS"), outcome.output());
  }

  /** Reserves more addresses than there are. */
  static final class NoAddresses {
    private NoAddresses() {}

    public static void main(String[] args) {
      MmapException e =
          assertThrows(
              MmapException.class, () -> Mmap.file(Path.of(args[0])).capacity(1L << 40).map());
      System.out.println(e.getMessage());
    }
  }
}
