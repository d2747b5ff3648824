// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Prefault;
import io.mmapio.Residency;
import io.mmapio.tests.ChildJvm;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about page faults, advice and the page cache, run. */
final class SpeedFaqTest {
  private static final int SIZE = 16 << 20;

  @TempDir Path directory;

  /** A file of which nothing is in memory, and which is not read ahead. */
  private MappedRegion cold() throws IOException {
    Machine.assumeNotEmulated("an emulator evicts nothing");
    Path path = Files.write(directory.resolve("file"), new byte[SIZE]);
    MappedRegion region = Mmap.map(path, Access.READ_WRITE);
    region.buffer().put(SIZE - 1, (byte) 1);
    region.pages().evict();
    region.advise(Advice.RANDOM);
    if (region.incore().resident() > 0) {
      region.close();
      assumeTrue(false, "this file system keeps its pages");
    }
    return region;
  }

  // recipe: fault outside the JVM
  static ByteBuffer ready(MappedRegion region, long offset, long length) throws IOException {
    region.fetch(offset, length); // waits for the disk in native code
    return region.buffer(offset, length); // reading it does not fault
  }

  // end

  @Test
  void fetchedPagesAreInMemory() throws IOException {
    try (MappedRegion region = cold()) {
      ByteBuffer view = ready(region, SIZE - 100_000, 100_000);
      assertTrue(region.isResident(SIZE - 100_000, 100_000));
      assertEquals(1, view.get(99_999));
      assertFalse(region.isResident());
    }
  }

  // recipe: virtual threads
  static ByteBuffer read(MappedRegion region, long offset, long length) throws IOException {
    region.fetch(offset, length); // a virtual thread parks, and gives its carrier away
    return region.buffer(offset, length);
  }

  // end

  @Test
  void virtualThreadFindsItsPagesInMemory() throws Exception {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with JDK 21");
    try (MappedRegion region = cold()) {
      FutureTask<Boolean> reading =
          new FutureTask<>(
              () -> {
                read(region, 0, 1 << 20);
                return region.isResident(0, 1 << 20);
              });
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, reading);
      assertTrue(reading.get());
    }
  }

  // recipe: warm up as it was
  static List<Residency.Run> hot(MappedRegion region) throws IOException {
    List<Residency.Run> runs = region.incore().runs(); // keep these over the restart
    return runs.stream().filter(run -> run.state() == PageState.RESIDENT).toList();
  }

  static void warmUp(MappedRegion region, List<Residency.Run> hot) throws IOException {
    for (Residency.Run run : hot) {
      long start = run.first() * Mmap.pageSize();
      long end = Math.min(region.size(), start + run.pages() * Mmap.pageSize());
      region.pages(start, end - start).populate(Prefault.READ);
    }
  }

  // end

  @Test
  void whatWasInMemoryIsInMemoryAgain() throws IOException {
    try (MappedRegion region = cold()) {
      region.pages(3 << 20, 500_000).populate(Prefault.READ);
      List<Residency.Run> before = hot(region);
      assertFalse(before.isEmpty());
      region.pages().evict();
      assertEquals(0, region.incore().resident());
      warmUp(region, before);
      assertTrue(region.isResident(3 << 20, 500_000));
      assertFalse(region.isResident());
    }
  }

  // recipe: advice for parts
  /** The index is searched at random, the data behind it is read in large pieces. */
  static AdviceOutcome advise(MappedRegion region, long index) throws IOException {
    region.advise(index, region.size() - index, Advice.NORMAL); // which is the default
    return region.advise(0, index, Advice.RANDOM); // IGNORED where there is no such advice
  }

  // end

  @Test
  void onlyTheAdvisedPartIsReadWithoutReadingAhead() throws IOException {
    long half = SIZE / 2;
    try (MappedRegion region = cold()) {
      region.advise(Advice.NORMAL);
      assumeTrue(advise(region, half) == AdviceOutcome.APPLIED, "no such advice here");
      ByteBuffer view = region.buffer();
      assertEquals(1, view.get(0) + view.get(SIZE - 1)); // far apart: it is read around a fault
      long random = region.incore(0, half).resident();
      long normal = region.incore(half, half).resident();
      assertEquals(1, random);
      assertTrue(normal > 4, normal + " pages");
    }
  }

  // recipe: what is in memory
  static String inMemory(MappedRegion region) throws IOException {
    Residency pages = region.incore();
    if (pages.unknown() > 0) {
      return "not known"; // Linux would say "all" to a user who may not write the file
    }
    return pages.resident() + " of " + pages.pages();
  }

  // end

  /** Prints what this user may know. */
  static final class Teller {
    private Teller() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]))) {
        System.out.println(inMemory(region));
      }
    }
  }

  @Test
  void ownerIsToldTheNumber() throws IOException {
    try (MappedRegion region = cold()) {
      assertEquals("0 of " + SIZE / Mmap.pageSize(), inMemory(region));
      region.pages().populate(Prefault.READ);
      String all = String.valueOf(SIZE / Mmap.pageSize());
      assertEquals(all + " of " + all, inMemory(region));
    }
  }

  @Test
  @Tag("child-jvm")
  void userWhoIsToldNothingIsNotToldEverything() throws Exception {
    String[] nobody = Machine.asNobody();
    String classPath = Machine.readableClassPath(directory);
    Path path = Files.write(directory.resolve("file"), new byte[SIZE]);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
    ChildJvm child = new ChildJvm().under(nobody).classPath(classPath);
    ChildJvm.Outcome outcome = child.run(Teller.class, path.toString());
    assertEquals("not known", outcome.output().strip());
  }

  // recipe: sync a part
  static void commit(MappedRegion region, long from, long to) throws IOException {
    region.sync(from, to - from); // these bytes are durable on return; others are not waited for
  }

  // end

  @Test
  void onlyThePartIsWritten() throws IOException {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count dirty pages");
    try (MappedRegion region = cold()) {
      long page = Mmap.pageSize();
      for (long at = 0; at < 64 * page; at += page) {
        region.buffer(at, 1).put((byte) 1);
      }
      long before = dirty(region);
      assumeTrue(before == 64, "this file system counts other pages as dirty: " + before);
      commit(region, 8 * page + 5, 16 * page);
      assertEquals(0, region.pages(8 * page, 8 * page).cacheState().orElseThrow().dirty());
      assertEquals(64 - 8, dirty(region));
    }
  }

  private static long dirty(MappedRegion region) throws IOException {
    return region.pages().cacheState().orElseThrow().dirty();
  }
}
