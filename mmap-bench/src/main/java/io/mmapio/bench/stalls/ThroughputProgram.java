// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.stalls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Virtual threads that compute and pause, alone and while other virtual threads read a slow disk in
 * some way, in turns.
 */
final class ThroughputProgram {
  private static final int WORKERS = 4 * Runtime.getRuntime().availableProcessors();
  private static final int READERS = 4 * Runtime.getRuntime().availableProcessors();
  private static final long PHASE_NANOS = 2_000_000_000L;
  private static final long PAUSE_NANOS = 100_000;
  private static final int PADDING = 16;

  private final AtomicLongArray done = new AtomicLongArray(WORKERS * PADDING);
  private final AtomicLong blocks = new AtomicLong();
  private final Path file;
  private volatile boolean reading;
  private long seed;

  private ThroughputProgram(Path file) {
    this.file = file;
  }

  /** Arguments: the file, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    ThroughputProgram program = new ThroughputProgram(Path.of(arguments[0]));
    program.run(Integer.parseInt(arguments[1]));
    System.out.flush();
    Runtime.getRuntime().halt(0); // the workers never end
  }

  private void run(int rounds) throws Exception {
    for (int i = 0; i < WORKERS; i++) {
      int slot = i * PADDING;
      startVirtual(() -> work(slot));
    }
    phase(null);
    Map<ColdReader.Way, double[]> ratios = new EnumMap<>(ColdReader.Way.class);
    Map<ColdReader.Way, long[]> reads = new EnumMap<>(ColdReader.Way.class);
    for (int round = 0; round < rounds; round++) {
      for (ColdReader.Way way : ColdReader.Way.values()) {
        // Alone before and after, because the machine may become slower.
        long before = phase(null);
        long read = blocks.get();
        long with = phase(way);
        reads.computeIfAbsent(way, any -> new long[rounds])[round] = blocks.get() - read;
        double alone = (before + phase(null)) / 2.0;
        ratios.computeIfAbsent(way, any -> new double[rounds])[round] = with / alone;
      }
    }
    ratios.forEach((way, all) -> report(way, all, reads.get(way)));
  }

  private static void report(ColdReader.Way way, double[] ratios, long[] reads) {
    Arrays.sort(ratios);
    Arrays.sort(reads);
    int half = ratios.length / 2;
    double seconds = PHASE_NANOS / 1e9;
    System.out.printf(
        "| %s | %.3f | %.3f to %.3f | %.0f |%n",
        way, ratios[half], ratios[0], ratios[ratios.length - 1], reads[half] / seconds);
  }

  private static Thread startVirtual(Runnable work) {
    try {
      return (Thread)
          Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("virtual threads came with JDK 21", e);
    }
  }

  private void work(int slot) {
    long state = slot + 1L;
    while (state != 0) { // never
      for (int i = 0; i < 20_000; i++) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
      }
      done.lazySet(slot, done.get(slot) + 1);
      LockSupport.parkNanos(PAUSE_NANOS); // yielding would starve whoever is woken elsewhere
    }
  }

  private long sum() {
    long sum = 0;
    for (int i = 0; i < WORKERS; i++) {
      sum += done.get(i * PADDING);
    }
    return sum;
  }

  /** Returns what the workers did. */
  private long phase(ColdReader.Way way) throws IOException, InterruptedException {
    List<Thread> readers = new ArrayList<>();
    ColdReader reader = way == null ? null : ColdReader.open(way, file, true);
    reading = true;
    for (int i = 0; reader != null && i < READERS; i++) {
      SplittableRandom random = new SplittableRandom(seed++);
      readers.add(startVirtual(() -> readOn(reader, random)));
    }
    long before = sum();
    Thread.sleep(PHASE_NANOS / 1_000_000);
    long worked = sum() - before;
    reading = false;
    for (Thread thread : readers) {
      thread.join();
    }
    if (reader != null) {
      reader.close();
    }
    return worked;
  }

  private void readOn(ColdReader reader, SplittableRandom random) {
    try {
      while (reading) {
        long block = random.nextInt(SlowDisk.SIZE / ColdReader.BLOCK);
        reader.read(new long[] {block * ColdReader.BLOCK});
        blocks.incrementAndGet();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
