// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.CallTotal;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapStatistics;
import io.mmapio.Prefault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the calls of a process add up to, and what its mappings cost. */
final class CountersTest {
  private static final int SIZE = 400_000;

  @TempDir Path directory;

  private final long page = Mmap.pageSize();

  private static CallTotal total(String name) {
    return Mmap.statistics().calls().getOrDefault(name, new CallTotal(0, 0));
  }

  private static void assertAdded(CallTotal before, long calls, long bytes, String name) {
    CallTotal after = total(name);
    assertEquals(new CallTotal(before.calls() + calls, before.bytes() + bytes), after, name);
  }

  /** What a call is for. */
  @FunctionalInterface
  private interface Use {
    void of(MappedRegion region) throws IOException;
  }

  private static void assertCounts(
      MappedRegion region, String name, long calls, long bytes, Use use) throws IOException {
    CallTotal before = total(name);
    use.of(region);
    assertAdded(before, calls, bytes, name);
  }

  @Test
  void eachCallIsCountedWithItsBytes() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        MappedRegion memory = Mmap.anonymous(SIZE).map()) {
      assertCounts(region, "WILLNEED", 1, 123, r -> r.advise(5, 123, Advice.WILLNEED));
      assertCounts(region, "COLD", 1, 0, r -> r.advise(5, 0, Advice.COLD));
      long[] offsets = {0, 1, 9};
      assertCounts(region, "RANDOM", 1, 30, r -> r.advise(offsets, 10, Advice.RANDOM));
      assertCounts(
          region,
          "sync",
          2,
          30,
          r -> {
            r.sync(1, 10);
            r.sync(0, 20);
          });
      assertCounts(region, "populate", 1, page, r -> r.pages(0, 1).populate(Prefault.READ));
      assertCounts(region, "fetch", 1, 44, r -> r.fetch(3, 44));
      assertCounts(region, "lock", 1, page, r -> r.pages(0, 1).lock());
      assertCounts(region, "evict", 1, 77, r -> r.pages(3, 77).evict());
      assertCounts(memory, "discard", 1, page, r -> r.pages(0, page).discard());
      assertCounts(region, "sync", 0, 0, CountersTest::failToSync);
    }
  }

  private static void failToSync(MappedRegion region) {
    assertThrows(IndexOutOfBoundsException.class, () -> region.sync(0, SIZE + 1));
  }

  @Test
  void evictedBytesAreThoseThatHaveLeft() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.sync();
      long before = Mmap.statistics().evictedBytes();
      long left = region.pages().evict().orElse(0);
      assertEquals(before + left, Mmap.statistics().evictedBytes());
    }
  }

  /** Each count of a call is a part of one number, which is emptied before it runs over. */
  @Test
  void manyCallsAndLargeOnesAreCountedExactly() throws Exception {
    Machine.assumeNotEmulated("the file is too large for some");
    long size = 1L << 35;
    int rounds = 1_100_000; // over 20 bits, and the bytes below are over 44
    Path file = Bytes.sparse(directory.resolve("file"), 4 * size);
    CallTotal before = total("NORMAL");
    try (MappedRegion region = Mmap.map(file)) {
      Thread other = new Thread(() -> advise(region, 0, rounds));
      other.start();
      advise(region, size, 600);
      advise(region, 4 * size, 3);
      other.join();
    }
    assertAdded(before, rounds + 603, 612 * size, "NORMAL");
  }

  private static void advise(MappedRegion region, long length, int times) {
    try {
      for (int i = 0; i < times; i++) {
        region.advise(0, length, Advice.NORMAL);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void costsOfTheProcessAreLinuxOwn() throws IOException {
    boolean linux = System.getProperty("os.name").equals("Linux");
    MmapStatistics before = Mmap.statistics();
    assertEquals(linux, before.pageTableBytes().isPresent());
    assertEquals(linux, before.lockedBytes().isPresent());
    Machine.assumeLinux();
    Machine.assumeNotEmulated("it shows the memory of the emulator");
    assertTrue(before.pageTableBytes().getAsLong() >= page, before::toString);
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      long locked = Mmap.statistics().lockedBytes().orElseThrow();
      region.pages(0, 2 * page).lock();
      assertEquals(locked + 2 * page, Mmap.statistics().lockedBytes().orElseThrow());
    }
  }

  @Test
  void deletedFilesAreListedWhileTheyAreMapped() throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("it shows the mappings of the emulator");
    Path file = Bytes.patterned(directory.resolve("gone"), SIZE).toRealPath();
    try (MappedRegion region = Mmap.map(file);
        MappedRegion memory = Mmap.sealed(SIZE).map()) {
      assertEquals(null, Mmap.statistics().deletedFiles().get(file.toString()));
      Files.delete(file);
      Map<String, Long> deleted = Mmap.statistics().deletedFiles();
      long mapped = deleted.getOrDefault(file.toString(), 0L);
      assertTrue(mapped >= region.size() && mapped < region.size() + page, deleted::toString);
      assertTrue(deleted.keySet().stream().noneMatch(name -> name.contains("memfd")));
      assertEquals(SIZE, memory.size());
    }
    assertEquals(null, Mmap.statistics().deletedFiles().get(file.toString()));
  }

  @Test
  void beanHasThem() throws Exception {
    MmapStatistics.register();
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("io.mmapio:type=Mmap");
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      region.advise(Advice.SEQUENTIAL);
      assertTrue(number(server.getAttribute(name, "Calls"), "SEQUENTIAL") >= 1);
      assertTrue(number(server.getAttribute(name, "CallBytes"), "SEQUENTIAL") >= SIZE);
      assertTrue((long) server.getAttribute(name, "EvictedBytes") >= 0);
      assertTrue((long) server.getAttribute(name, "PageTableBytes") != 0);
      assertTrue((long) server.getAttribute(name, "LockedBytes") >= -1);
      assertTrue(server.getAttribute(name, "DeletedFiles") != null);
    }
  }

  private static long number(Object table, String key) {
    TabularData rows = (TabularData) table;
    return (long) rows.get(new Object[] {key}).get("value");
  }
}
