// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** A program in which four threads write and read back through old views while a fifth grows. */
final class GrowUnderFire {
  private static final int THREADS = 4;
  private static final int STEPS = 100;
  private static final long FIRST = 64L << 20;
  private static final long LAST = Machine.isEmulated() ? FIRST + (128L << 20) : 4L << 30;

  /** Each thread has the numbers at its index modulo the threads, all over the old view. */
  private static final int STRIDE = 4096 / THREADS;

  private final MappedRegion region;
  private volatile boolean grown;

  private GrowUnderFire(MappedRegion region) {
    this.region = region;
  }

  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    boolean anonymous = arguments[1].equals("anonymous");
    MapOptions options =
        anonymous
            ? Mmap.anonymous(FIRST)
            : Mmap.file(Files.createFile(file)).access(Access.READ_WRITE).sparse().range(0, FIRST);
    try (MappedRegion region = options.capacity(LAST).map()) {
      new GrowUnderFire(region).run();
    }
    System.out.println("nothing lost");
  }

  private void run() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      ByteBuffer old = region.buffer();
      long address = Smaps.addressOf(old);
      List<Future<Long>> writers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int offset = i * STRIDE;
        writers.add(threads.submit((Callable<Long>) () -> write(old.duplicate(), offset)));
      }
      grow(address);
      for (int i = 0; i < THREADS; i++) {
        long rounds = writers.get(i).get();
        require(rounds > 0, "a writer had no turn");
        verify(region.buffer(0, FIRST), i * STRIDE, rounds);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void grow(long address) throws IOException {
    try {
      for (int step = 1; step <= STEPS; step++) {
        long size = FIRST + (LAST - FIRST) / STEPS * step;
        region.grow(size);
        ByteBuffer end = region.buffer(size - 8, 8);
        require(end.getLong(0) == 0, "what is new is not zero");
        end.putLong(0, step);
        require(Smaps.addressOf(region.buffer(0, 1)) == address, "the region moved");
      }
    } finally {
      grown = true;
    }
  }

  /** Returns how many rounds were written, each of which was read back in the next one. */
  private long write(ByteBuffer view, int offset) {
    long round = 0;
    while (!grown || round == 0) {
      for (int at = offset; at < FIRST; at += STRIDE * THREADS) {
        require(view.getLong(at) == round * (at + 1L), "a store was lost");
        view.putLong(at, (round + 1) * (at + 1L));
      }
      round++;
    }
    return round;
  }

  private static void verify(ByteBuffer view, int offset, long rounds) {
    for (int at = offset; at < FIRST; at += STRIDE * THREADS) {
      require(view.getLong(at) == rounds * (at + 1L), "the last store was lost");
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
