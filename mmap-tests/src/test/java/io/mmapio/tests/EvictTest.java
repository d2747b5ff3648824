// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What evict() says has left memory, and what has. */
final class EvictTest {
  private static final int MIB = 1 << 20;

  /** More than one piece that evict() works on, and no whole number of them. */
  private static final int SIZE = 40 * MIB;

  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());

  /** Writes a file in few large writes, as which Linux keeps it in large units. */
  static Path written(Path file, int size) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(8 * MIB);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int at = 0; at < size; at += block.capacity()) {
        for (int i = 0; i < block.capacity(); i += 512) {
          block.put(i, Bytes.patternAt(at + (long) i));
        }
        channel.write(block.clear(), at);
      }
      channel.force(true);
    }
    return file;
  }

  /** Evicts a range, and compares what was said with the residency of the whole region. */
  private long evict(MappedRegion region, long offset, long length) throws IOException {
    long before = region.incore().resident();
    OptionalLong left = region.pages(offset, length).evict();
    long after = region.incore().resident();
    assertEquals((before - after) * page, left.orElseThrow());
    return left.orElseThrow();
  }

  private void requireEvictionOfFiles() {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator evicts nothing");
  }

  /** Without splitting what lies across the ends, nothing leaves of the smaller ranges. */
  @ParameterizedTest
  @ValueSource(ints = {0, 256, 400, 2044, 2048, 2052, 4092, 8192})
  void exactlyTheRangeLeavesHoweverTheFileWasWritten(int kibibytes) throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), SIZE);
    long offset = kibibytes * 1024L & -page;
    try (MappedRegion region = Mmap.map(file)) {
      region.advise(Advice.RANDOM); // so that reading brings nothing back but what is read
      assertEquals(SIZE, region.incore().resident() * page);
      assertEquals(page, evict(region, offset, 1));
      assertEquals(0, evict(region, offset, 1));
      assertEquals(64L * page, evict(region, offset + 5L * page - 1, 63L * page + 1));
      assertTrue(region.isResident(offset + page, 3L * page));
      int at = Math.toIntExact(offset + 9L * page);
      assertEquals(Bytes.patternAt(at), region.buffer().get(at));
    }
  }

  @Test
  void wholeRegionLeaves() throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), SIZE);
    try (MappedRegion region = Mmap.file(file).range(3L * page + 9, SIZE - 5L * page).map()) {
      long bytes = SIZE - 4L * page;
      assertEquals(bytes, evict(region, 0, region.size()));
      assertEquals(0, region.incore().resident());
      assertEquals(0, region.pages(9, 0).evict().orElseThrow());
    }
  }

  /** As a FileChannel leaves them, whose writes a read-only region cannot sync. */
  @Test
  void readOnlyRegionEvictsWhatOthersHaveWritten() throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), 8 * MIB);
    try (MappedRegion region = Mmap.map(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(3 * page).put(page, (byte) 99), 5L * page);
      assertEquals(8 * MIB, evict(region, 0, region.size()));
      assertEquals(99, region.buffer().get(6 * page));
      assertEquals(0, region.buffer().get(6 * page + 1));
    }
  }

  @Test
  void lockedPagesStayAndAreNotCounted() throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), 8 * MIB);
    try (MappedRegion region = Mmap.map(file)) {
      region.advise(Advice.RANDOM);
      region.pages().evict();
      region.pages(page, 2L * page).lock();
      region.pages(5L * page, 3L * page).populate(Prefault.READ);
      assertEquals(3L * page, evict(region, 0, region.size()));
      assertTrue(region.isResident(page, 2L * page));
      region.pages().unlock();
      assertEquals(2L * page, evict(region, 0, region.size()));
    }
  }

  @Test
  void pagesThatAnotherRegionHasTouchedStay() throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), 8 * MIB);
    try (MappedRegion region = Mmap.map(file);
        MappedRegion other = Mmap.map(file)) {
      region.advise(Advice.RANDOM);
      region.pages().evict();
      region.pages().populate(Prefault.READ);
      other.pages(7L * page, 2L * page).populate(Prefault.READ);
      long left = evict(region, 0, region.size());
      assertTrue(left < 8 * MIB - page, () -> "left: " + left);
      assertTrue(region.isResident(7L * page, 2L * page));
      evict(other, 0, region.size());
      assertEquals(0, region.incore().resident());
    }
  }

  @Test
  void mirroredPagesAreCountedOnce() throws IOException {
    requireEvictionOfFiles();
    Path file = written(directory.resolve("file"), 8 * MIB);
    try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).mirrored().map()) {
      region.buffer().put(8 * MIB + 5, (byte) 44);
      assertEquals(8 * MIB, region.pages().evict().orElseThrow());
      assertEquals(0, region.incore().resident());
      assertEquals(44, region.buffer().get(5));
    }
  }

  @Test
  void whatIsOnlyInMemoryStays() throws IOException {
    requireEvictionOfFiles();
    try (MappedRegion region = Mmap.sealed(4L * page).map()) {
      region.buffer().put(page, (byte) 33);
      assertEquals(0, region.pages().evict().orElseThrow());
      assertEquals(33, region.buffer().get(page));
    }
  }

  @Test
  void numberIsOneOfBytesInTheRangeEverywhere() throws IOException {
    Path file = written(directory.resolve("file"), 8 * MIB);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.buffer().put(page, (byte) 1);
      OptionalLong left = region.pages(0, 4L * page).evict();
      assertTrue(left.isPresent());
      assertEquals(0, left.getAsLong() % page);
      assertTrue(left.getAsLong() >= 0 && left.getAsLong() <= 4L * page, left::toString);
      assertEquals(1, region.buffer().get(page));
    }
  }

  /** Threads that store while others evict: what they stored last is there, and in the file. */
  @Test
  void nothingThatIsWrittenMeanwhileIsLost() throws Exception {
    Path file = Bytes.sparse(directory.resolve("file"), 256L * page);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      AtomicBoolean done = new AtomicBoolean();
      List<Thread> evicting = new ArrayList<>();
      AtomicReference<Throwable> failed = new AtomicReference<>();
      for (int i = 0; i < 2; i++) {
        evicting.add(new Thread(() -> evictUntil(region, done, failed)));
      }
      evicting.forEach(Thread::start);
      int rounds = Machine.isEmulated() ? 20 : 400;
      for (int round = 1; round <= rounds; round++) {
        store(region, round);
      }
      done.set(true);
      for (Thread thread : evicting) {
        thread.join();
      }
      assertNull(failed.get());
      region.pages().evict();
      for (int i = 0; i < 256; i++) {
        assertEquals(rounds, region.buffer().getInt(i * page + 4 * (i % 9)), "page " + i);
      }
    }
    assertEquals((byte) (Machine.isEmulated() ? 20 : 400), Bytes.at(file, 255L * page + 15));
  }

  private void store(MappedRegion region, int round) {
    ByteBuffer view = region.buffer();
    for (int i = 0; i < 256; i++) {
      int at = i * page + 4 * (i % 9);
      assertEquals(round - 1, view.getInt(at), "page " + i);
      view.putInt(at, round);
    }
  }

  private static void evictUntil(
      MappedRegion region, AtomicBoolean done, AtomicReference<Throwable> failed) {
    try {
      while (!done.get()) {
        region.pages().evict();
      }
    } catch (IOException | RuntimeException e) {
      failed.set(e);
    }
  }

  @Test
  @Tag("child-jvm")
  void strangerIsNotToldHowMuchHasLeft() throws Exception {
    String[] nobody = Machine.asNobody();
    String classPath = Machine.readableClassPath(directory);
    Path file = written(directory.resolve("file"), 8 * MIB);
    ChildJvm.Outcome outcome =
        new ChildJvm().under(nobody).classPath(classPath).run(Stranger.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("left: OptionalLong.empty"), outcome.output());
    try (MappedRegion region = Mmap.map(file)) {
      assertEquals(0, region.incore().resident());
    }
  }

  /** Evicts a file that it may only read. */
  static final class Stranger {
    private Stranger() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]))) {
        System.out.println("left: " + region.pages().evict());
      }
    }
  }

  /** On a disk that is there for this test: the file system of the machine may be any. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  @Tag("child-jvm")
  void exactlyTheRangeLeavesOnEachFileSystem(String fileSystem) throws Exception {
    Path mount = Files.createDirectory(directory.resolve("disk"));
    String[] disk = Machine.withDisk(fileSystem, 400L * MIB, directory.resolve("image"), mount);
    ChildJvm.Outcome outcome =
        new ChildJvm().under(disk).run(Ranges.class, mount.resolve("file").toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("whole"), outcome.output());
  }

  /** Evicts ranges of a new file. */
  static final class Ranges {
    private Ranges() {}

    public static void main(String[] args) throws IOException {
      EvictTest test = new EvictTest();
      Path file = written(Path.of(args[0]), SIZE);
      try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
        assertEquals(64L * test.page, test.evict(region, 0, 64L * test.page));
        assertEquals(
            64L * test.page, test.evict(region, 7 * MIB + 3L * test.page, 64L * test.page));
        assertEquals(3 * MIB, test.evict(region, 9 * MIB, 3 * MIB));
        long rest = region.incore().resident() * test.page;
        assertEquals(rest, test.evict(region, 0, SIZE));
        System.out.println("whole: " + rest);
      }
    }
  }
}
