// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages that stay in memory. */
final class LockTest {
  private static final long KIBI = 1024;

  @TempDir Path directory;

  /** Locked memory of this process, in KiB. */
  private static long locked() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmLck:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void linuxCountsWhatIsLocked() throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator's own memory is counted");
    long page = Mmap.pageSize();
    long before = locked();
    try (MappedRegion region = Mmap.anonymous(16 * page).map()) {
      region.pages().lock();
      assertEquals(before + 16 * page / KIBI, locked());
      region.pages().lock(); // again changes nothing
      region.pages().unlock();
      assertEquals(before, locked());
      region.pages().unlock();
      region.pages(page - 1, 2).lock(); // touches two
      assertEquals(before + 2 * page / KIBI, locked());
    }
    assertEquals(before, locked());
    Path file = Bytes.patterned(directory.resolve("file"), (int) (4 * page));
    try (MappedRegion region = Mmap.file(file).locked().map()) {
      assertEquals(before + 4 * page / KIBI, locked());
      assertEquals(4, region.incore().resident());
    }
    assertEquals(before, locked());
  }

  @Test
  void everyPlatformLocksAPage() throws IOException {
    try (MappedRegion region = Mmap.anonymous(Mmap.pageSize()).map();
        MappedRegion none = Mmap.anonymous(10).access(Access.NONE).map()) {
      region.pages().lock();
      region.buffer().put(0, (byte) 1);
      region.pages().unlock();
      region.pages(5, 0).lock();
      assertThrows(UnsupportedOperationException.class, () -> none.pages().lock());
    }
  }

  @Test
  @Tag("child-jvm")
  void limitIsNamedWithItsValue() throws Exception {
    String[] nobody = Machine.asNobody();
    Machine.assumeTool("prlimit");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("prlimit", "--memlock=65536:65536")
            .under(nobody)
            .classPath(Machine.readableClassPath(directory))
            .run(TooMuch.class);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("RLIMIT_MEMLOCK (ulimit -l) is 65536 bytes"));
  }

  /** Locks more than it may, in both ways. */
  static final class TooMuch {
    private TooMuch() {}

    public static void main(String[] args) throws IOException {
      long before = mappings();
      for (int i = 0; i < 1000; i++) {
        require("lock".equals(refused(() -> Mmap.anonymous(1 << 20).locked().map()).call()));
      }
      require(mappings() < before + 100);
      try (MappedRegion region = Mmap.anonymous(1 << 20).map()) {
        System.out.println(refused(() -> lock(region)).getMessage());
        region.pages(0, 4096).lock();
      }
    }

    private static Object lock(MappedRegion region) throws IOException {
      region.pages().lock();
      return region;
    }

    private static long mappings() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/maps")).size();
    }

    private static MmapException refused(Callable<?> call) {
      try {
        call.call();
      } catch (MmapException e) {
        return e;
      } catch (Exception e) {
        throw new AssertionError(e);
      }
      throw new AssertionError("not refused");
    }

    private static void require(boolean condition) {
      if (!condition) {
        throw new AssertionError("not as it should be");
      }
    }
  }
}
