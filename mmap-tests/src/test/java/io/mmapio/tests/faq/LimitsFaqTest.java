// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.MmapStatistics;
import io.mmapio.tests.ChildJvm;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about limits and containers, run. */
final class LimitsFaqTest {
  private static final int MANY = 2000;

  @TempDir Path directory;

  // recipe: mappings left
  static OptionalLong mappingsLeft() {
    MmapStatistics now = Mmap.statistics();
    if (now.mappings().isEmpty()) {
      return OptionalLong.empty(); // only Linux has such a limit
    }
    return OptionalLong.of(now.mappingLimit().orElseThrow() - now.mappings().orElseThrow());
  }

  // end

  @Test
  void mappingsAreCountedAgainstTheLimit() throws IOException {
    OptionalLong before = mappingsLeft();
    assumeTrue(before.isPresent(), "this system has no such limit, or an emulator hides it");
    Path path = Files.write(directory.resolve("file"), new byte[4096]);
    List<MappedRegion> regions = mapAll(Collections.nCopies(MANY, path));
    long taken = before.orElseThrow() - mappingsLeft().orElseThrow();
    regions.forEach(MappedRegion::close);
    assertTrue(taken > MANY / 2, taken + " of " + MANY); // neighbours may be one mapping
    assertTrue(taken < 2 * MANY, taken + " of " + MANY);
  }

  // recipe: many files without descriptors
  static List<MappedRegion> mapAll(List<Path> paths) throws IOException {
    List<MappedRegion> regions = new ArrayList<>();
    for (Path path : paths) {
      regions.add(Mmap.file(path).withoutDescriptor().map()); // read-only
    }
    return regions;
  }

  // end

  @Test
  void regionsKeepNoDescriptors() throws IOException {
    Path path = Files.write(directory.resolve("file"), new byte[] {1, 2, 3}).toRealPath();
    List<MappedRegion> regions = mapAll(Collections.nCopies(MANY, path));
    try {
      assertEquals(3, regions.get(MANY - 1).buffer().get(2));
      Machine.assumeLinux(); // which lists the open files
      assertEquals(0, openDescriptorsOf(path));
      try (MappedRegion usual = Mmap.map(path)) {
        assertEquals(1, openDescriptorsOf(path), usual::toString);
      }
    } finally {
      regions.forEach(MappedRegion::close);
    }
  }

  private static long openDescriptorsOf(Path path) throws IOException {
    long count = 0;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        count += Files.exists(descriptor) && Files.isSameFile(descriptor, path) ? 1 : 0;
      }
    }
    return count;
  }

  // recipe: give the page cache back
  private static final long STEP = 16 << 20; // the kernel keeps files in pieces of some MiB

  static void scan(MappedRegion region, Consumer<ByteBuffer> reader) throws IOException {
    for (long at = 0; at < region.size(); at += STEP) {
      long length = Math.min(STEP, region.size() - at);
      reader.accept(region.buffer(at, length));
      region.pages(at, length).evict(); // the container no longer pays for these pages
    }
  }

  // end

  @Test
  void scannedFileLeavesTheCache() throws IOException {
    Machine.assumeNotEmulated("an emulator evicts nothing");
    byte[] bytes = new byte[48 << 20];
    Arrays.fill(bytes, (byte) 1);
    Path path = Files.write(directory.resolve("file"), bytes);
    try (MappedRegion region = Mmap.map(path, Access.READ_WRITE)) {
      region.pages().evict();
      assumeTrue(region.incore().resident() == 0, "this file system keeps its pages");
      AtomicLong sum = new AtomicLong();
      scan(
          region,
          view -> {
            while (view.hasRemaining()) {
              sum.addAndGet(view.get());
            }
          });
      assertEquals(bytes.length, sum.get());
      // Reading ahead may have brought in some pages of the next step before its end.
      assertTrue(
          region.incore().resident() * 10 < region.incore().pages(), region.incore()::toString);
    }
  }

  // recipe: shared memory in a container
  static MappedRegion createShared(String name, long size) throws IOException {
    try {
      return Mmap.shared(name).create(size); // takes its storage before it has its name
    } catch (MmapException e) {
      throw new IOException("is /dev/shm large enough? docker run --shm-size", e);
    }
  }

  // end

  /** Runs where /dev/shm has 1 MiB. */
  static final class SmallShm {
    private SmallShm() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = createShared("faq-too-large", 2 << 20)) {
        System.out.println("made " + region);
      } catch (IOException e) {
        System.out.println(e.getMessage() + ": " + e.getCause());
      }
      try (MappedRegion region = createShared("faq-fits", 512 << 10)) {
        region.buffer().put((512 << 10) - 1, (byte) 1);
        System.out.println("stored");
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void sharedMemoryThatDoesNotFitIsAnException() throws Exception {
    String[] mount = Machine.withTmpfs(Path.of("/dev/shm"), "size=1m");
    ChildJvm.Outcome outcome = new ChildJvm().under(mount).run(SmallShm.class);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("--shm-size: "), outcome.output());
    assertTrue(outcome.output().contains("ENOSPC"), outcome.output());
    assertTrue(outcome.output().endsWith("stored\n"), outcome.output());
  }
}
