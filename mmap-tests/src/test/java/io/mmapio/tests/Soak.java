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
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A program that uses the library for a while as a server would: some threads, each with a file of
 * its own, map, use, keep, drop and close. Ends with an error if more is taken at the end than
 * after the first quarter.
 */
final class Soak {
  private static final int THREADS = 3;
  private static final int MOST = 1 << 20;
  private static final int KEPT = 8;

  /** What comes and goes with the JVM: see {@link Leftovers}. */
  private static final long SLACK = 30;

  /** Pages: of the heap, of compiled code, and of malloc, which grows a little for long. */
  private static final long MEMORY_SLACK = 8_000;

  private final Path file;
  private final Random random;
  private final List<ByteBuffer> kept = new ArrayList<>();
  private long regions;

  private Soak(Path file, long seed) {
    this.file = file;
    this.random = new Random(seed);
  }

  /** Arguments: a directory, the seconds, and a seed. */
  public static void main(String[] args) throws Exception {
    long seed = Long.parseLong(args[2]);
    long quarter = TimeUnit.SECONDS.toNanos(Long.parseLong(args[1])) / 4;
    List<Soak> all = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      all.add(new Soak(Files.createFile(Path.of(args[0], "file" + i)), seed + i));
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
    return java.util.Arrays.stream(numbers).boxed().toArray();
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
    MappedRegion region = (random.nextBoolean() ? options.guarded() : options).map();
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

  /** Mappings, descriptors, and pages in memory that are no file's, when all is collected. */
  private static long[] taken() throws IOException {
    Footprint settled = Footprint.settled(Path.of("/none"));
    String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", -1);
    long own = Long.parseLong(pages[1]) - Long.parseLong(pages[2]);
    return new long[] {settled.mappings(), settled.descriptors(), own};
  }
}
