// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits while others read, and while others close. */
final class CommitRacesTest {
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());
  private static final int PAGES = 64;
  private static final int ROUNDS = 400;

  @TempDir Path directory;

  /** Values only rise: a reader that sees a page come and go would see one fall. */
  @Test
  void readersSeeNoOlderPage() throws Exception {
    Path file = Bytes.sparse(directory.resolve("file"), (long) PAGES * PAGE);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    AtomicBoolean done = new AtomicBoolean();
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(1 << 20).open()) {
      ByteBuffer view = atomic.region().buffer();
      Future<Long> first = threads.submit(() -> watch(view, done));
      Future<Long> second = threads.submit(() -> watch(view, done));
      Random random = new Random(1);
      for (long number = 1; number <= ROUNDS && !first.isDone() && !second.isDone(); number++) {
        for (int some = 0; some < 8; some++) {
          fill(view, random.nextInt(PAGES), number);
        }
        atomic.commit();
      }
      done.set(true);
      assertTrue(first.get() > 0);
      assertTrue(second.get() > 0);
    } finally {
      done.set(true);
      threads.shutdown();
    }
  }

  private static void fill(ByteBuffer view, int page, long number) {
    for (int at = 0; at < PAGE; at += Long.BYTES) {
      view.putLong(page * PAGE + at, number);
    }
  }

  private static long watch(ByteBuffer view, AtomicBoolean done) {
    long[] highest = new long[PAGES * PAGE / Long.BYTES];
    long reads = 0;
    while (!done.get()) {
      int word = (int) (reads++ % highest.length);
      long found = view.getLong(word * Long.BYTES);
      if (found < highest[word]) {
        throw new AssertionError("word " + word + ": " + found + " after " + highest[word]);
      }
      highest[word] = found;
    }
    return reads;
  }

  @Test
  void closingWaitsForTheCommit() throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    Commits commits = new Commits(seed, PAGE);
    Path file = Bytes.sparse(directory.resolve("file"), commits.size());
    ExecutorService thread = Executors.newSingleThreadExecutor();
    long last = 0;
    for (int round = 0; round < 20; round++) {
      AtomicRegion atomic = Mmap.atomic(file).journalSize(CommitWriter.JOURNAL).open();
      ByteBuffer view = atomic.region().buffer();
      long first = view.getLong(0);
      assertTrue(first == last || first == last + 1, first + " after " + last);
      AtomicLong committed = new AtomicLong(first);
      Future<?> writer = thread.submit(() -> commit(atomic, commits, committed));
      while (committed.get() == first && !writer.isDone()) {
        Thread.onSpinWait();
      }
      atomic.close();
      ExecutionException e = assertThrows(ExecutionException.class, writer::get);
      assertEquals(IllegalStateException.class, e.getCause().getClass(), e.toString());
      last = committed.get();
      try (AtomicRegion again = Mmap.atomic(file).open()) {
        long whole = commits.whole(again.region().buffer());
        assertTrue(whole == last || whole == last + 1, whole + " after " + last);
      }
    }
    thread.shutdown();
  }

  private static Object commit(AtomicRegion atomic, Commits commits, AtomicLong committed)
      throws IOException {
    ByteBuffer view = atomic.region().buffer();
    while (true) {
      commits.write(view, committed.get() + 1);
      atomic.commit();
      committed.incrementAndGet();
    }
  }
}
