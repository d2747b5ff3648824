// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A program that uses the library for a while as a server would: some threads, each with files of
 * its own, map, use, keep, drop and close. Ends with an error if more is taken at the end than
 * after the first quarter, or if a view is not what it must be.
 */
final class Soak {
  private static final int THREADS = 3;
  private static final int MOST = 1 << 20;
  private static final int KEPT = 8;

  /** Views that are all that is left of their region. */
  private static final int ORPHANS = 40;

  /** Steps for each that makes one. */
  private static final int ORPHANING = 10;

  /** Between two collections, lest the heap is so large that nothing is found for long. */
  private static final long COLLECTING_NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private static final AtomicLong COLLECTED = new AtomicLong(System.nanoTime());

  /** What comes and goes with the JVM: see {@link Leftovers}. */
  private static final long SLACK = 30;

  /**
   * Pages: of the heap, of malloc, which grows a little for long, and of compiled code. Seen: up to
   * 10,000 where other programs leave the compilers no time in the first quarter.
   */
  private static final long MEMORY_SLACK = 16_000;

  private final Path file;
  private final Random random;
  private final Path patterned; // is only read, and never cut
  private final List<ViewKind> kinds = ViewKind.all();
  private final List<ByteBuffer> kept = new ArrayList<>();
  private final List<HeldView> orphans = new ArrayList<>();
  private long regions;

  private Soak(Path file, Path patterned, long seed) {
    this.file = file;
    this.patterned = patterned;
    this.random = new Random(seed);
  }

  /** Arguments: a directory, the seconds, and a seed. */
  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[2]);
    long quarter = TimeUnit.SECONDS.toNanos(Long.parseLong(args[1])) / 4;
    List<Soak> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Path file = Files.createFile(Path.of(args[0], "file" + i));
      Path patterned = Bytes.patterned(Path.of(args[0], "patterned" + i), MOST);
      all.add(new Soak(file, patterned, seed + i));
    }
    work(all, quarter);
    long[] before = taken();
    System.out.printf("after a quarter: %d mappings, %d descriptors, %d pages%n", box(before));
    work(all, 3 * quarter);
    long[] after = taken();
    System.out.printf("at the end: %d mappings, %d descriptors, %d pages%n", box(after));
    System.out.println("regions " + all.stream().mapToLong(soak -> soak.regions).sum());
    boolean flat =
        after[0] <= before[0] + SLACK
            && after[1] <= before[1] + SLACK
            && after[2] <= before[2] + MEMORY_SLACK;
    System.out.println(flat ? "flat" : "not flat");
  }

  private static Object[] box(long[] numbers) {
    return Arrays.stream(numbers).boxed().toArray();
  }

  private static void work(List<Soak> all, long nanos) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    long end = System.nanoTime() + nanos;
    List<Callable<Void>> working = new ArrayList<>();
    for (Soak soak : all) {
      working.add(
          () -> {
            while (System.nanoTime() - end < 0) {
              soak.step();
            }
            soak.kept.clear();
            soak.orphans.clear();
            return null;
          });
    }
    for (Future<Void> one : threads.invokeAll(working)) {
      one.get();
    }
    threads.shutdown();
    threads.awaitTermination(1, TimeUnit.MINUTES);
  }

  private void step() throws IOException {
    long offset = random.nextInt(100_000);
    long length = 1L + random.nextInt(MOST);
    MapOptions options =
        Mmap.file(file).access(Access.READ_WRITE).range(offset, length).sparse().capacity(MOST + 1);
    MappedRegion region =
        (random.nextBoolean() ? Machine.guardedIfPossible(options) : options).map();
    regions++;
    ByteBuffer view = region.buffer();
    view.put(random.nextInt(view.capacity()), (byte) 1);
    use(region);
    if (kept.size() < KEPT) {
      kept.add(view);
    } else {
      kept.set(random.nextInt(KEPT), view).get(0); // of a region that is closed, or was dropped
    }
    if (random.nextInt(50) > 0) { // else it is left to the collector
      region.close();
    }
    if (random.nextInt(ORPHANING) == 0) {
      orphan();
    }
    collectNowAndThen();
  }

  private static void collectNowAndThen() {
    long last = COLLECTED.get();
    long now = System.nanoTime();
    if (now - last > COLLECTING_NANOS && COLLECTED.compareAndSet(last, now)) {
      System.gc();
    }
  }

  /** Keeps a view of a region that is left to the collector, and looks at one that it has found. */
  private void orphan() throws IOException {
    MapOptions options = Mmap.file(patterned).access(Access.READ_WRITE);
    MappedRegion region =
        (random.nextBoolean() ? Machine.guardedIfPossible(options) : options).map();
    regions++;
    HeldView view = kinds.get(random.nextInt(kinds.size())).of(region);
    if (orphans.size() < ORPHANS) {
      orphans.add(view);
      return;
    }
    HeldView old = orphans.set(random.nextInt(ORPHANS), view);
    int index = random.nextInt(old.length);
    if (old.get(index) != Bytes.patternAt(old.offset + index)) {
      throw new AssertionError("byte " + index + " is " + old.get(index));
    }
  }

  private void use(MappedRegion region) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> region.advise(Advice.RANDOM);
      case 1 -> region.incore();
      case 2 -> region.pages().populate(Prefault.WRITE);
      case 3 -> region.sync(SyncMode.ASYNC);
      case 4 -> region.grow(MOST + 1);
      case 5 -> region.checked().read(0, ByteBuffer.allocate(1));
      case 6 -> region.trimOnClose(region.size() / 2);
      default -> region.pages().evict();
    }
  }

  private static boolean nothingIsMapped() {
    return Mmap.statistics().openRegions().isEmpty() && Mmap.statistics().tombstones() == 0;
  }

  /** Mappings, descriptors, and pages in memory that are no file's, when all is collected. */
  private static long[] taken() throws IOException {
    if (!Footprint.collectUntil(Soak::nothingIsMapped)) {
      throw new AssertionError("left are " + Mmap.statistics());
    }
    Footprint settled = Footprint.settled(Path.of("/none"));
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
    long own = Long.parseLong(pages[1]) - Long.parseLong(pages[2]);
    return new long[] {settled.mappings(), settled.descriptors(), own};
  }
}
