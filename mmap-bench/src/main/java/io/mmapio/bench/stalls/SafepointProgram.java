// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.stalls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Reads a slow disk in some threads, while another stops them all now and then. */
final class SafepointProgram {
  private static final int THREADS = 4;
  private static final int AT_A_TIME = 4;
  private static final long WARM_UP_NANOS = 1_000_000_000L;
  private static final long PAUSE_NANOS = 10_000_000;

  /** Stands in the log between warm-up and measurement. */
  static final String MEASURED = "measured from here on";

  private SafepointProgram() {}

  /** Arguments: the way, the file, and for how many seconds. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    ColdReader.Way way = ColdReader.Way.valueOf(arguments[0]);
    long nanos = Long.parseLong(arguments[2]) * 1_000_000_000L;
    AtomicLong blocks = new AtomicLong();
    try (ColdReader reader = ColdReader.open(way, Path.of(arguments[1]), false)) {
      for (int i = 0; i < THREADS; i++) {
        SplittableRandom random = new SplittableRandom(i);
        Thread thread = new Thread(() -> readOn(reader, random, blocks), "reader");
        thread.setDaemon(true);
        thread.start();
      }
      stopOften(WARM_UP_NANOS);
      System.out.println(MEASURED);
      long before = blocks.get();
      stopOften(nanos);
      System.out.println("blocks " + (blocks.get() - before));
      System.out.flush();
      Runtime.getRuntime().halt(0); // readers are in the middle of it
    }
  }

  private static void readOn(ColdReader reader, SplittableRandom random, AtomicLong blocks) {
    long[] offsets = new long[AT_A_TIME];
    long sum = 0;
    try {
      while (sum != 1) { // no sum of these is
        for (int i = 0; i < AT_A_TIME; i++) {
          offsets[i] = (long) random.nextInt(SlowDisk.SIZE / ColdReader.BLOCK) * ColdReader.BLOCK;
        }
        sum += reader.read(offsets) * 2;
        blocks.addAndGet(AT_A_TIME);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void stopOften(long nanos) {
    long start = System.nanoTime();
    while (System.nanoTime() - start < nanos) {
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
