// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Budget;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Retention;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which regions a budget has, how they leave it, and what it never does to them. */
@SuppressWarnings("try") // closing early is what some of the tests are about
final class BudgetRegionsTest {
  private static final int SIZE = 4 << 20;
  private static final int THREADS = 2;
  private static final int WRITES = 100_000;
  private static final int ROUNDS = 200;

  @TempDir Path directory;

  private Path file(String name) throws IOException {
    return Bytes.patterned(directory.resolve(name), SIZE);
  }

  private static void assertRefused(Budget budget, MappedRegion region, String why) {
    try (region) {
      Exception e = assertThrows(UnsupportedOperationException.class, () -> budget.add(region));
      assertTrue(e.getMessage().contains(why), e.getMessage());
    }
  }

  @Test
  void pagesThatCannotBeReadAgainAreRefused() throws IOException {
    try (Budget budget = Budget.of(SIZE)) {
      assertRefused(budget, Mmap.anonymous(SIZE).map(), "read again");
      assertRefused(budget, Mmap.map(file("private"), Access.COPY_ON_WRITE), "read again");
      assertRefused(budget, Mmap.file(file("lean")).withoutDescriptor().map(), "withoutDescriptor");
      if (Feature.SEALED_MEMORY.isSupported()) {
        assertRefused(budget, Mmap.sealed(SIZE).map(), "read again");
      }
      assertEquals(0, budget.state().regions());
    }
  }

  @Test
  void aRegionIsInOneBudget() throws IOException {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    try (MappedRegion region = Mmap.map(file("file"), Access.READ_WRITE);
        Budget first = Budget.of(SIZE);
        Budget second = Budget.of(SIZE)) {
      first.add(region);
      first.add(region);
      assertEquals(1, first.state().regions());
      assertThrows(IllegalStateException.class, () -> second.add(region));
      assertFalse(second.remove(region));
      assertTrue(first.remove(region));
      assertFalse(first.remove(region));
      second.add(region);
      second.close();
      first.add(region);
    }
  }

  @Test
  void argumentsAreChecked() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> Budget.of(-1));
    try (MappedRegion region = Mmap.map(file("file"), Access.READ_WRITE);
        Budget budget = Budget.of(SIZE)) {
      assertThrows(IllegalArgumentException.class, () -> budget.resize(-1));
      assertThrows(
          IllegalArgumentException.class, () -> budget.classify(region, 0, 1, Retention.COLD));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> budget.classify(region, 0, SIZE + 1, Retention.COLD));
      region.close();
      assertThrows(IllegalStateException.class, () -> budget.add(region));
      assertThrows(
          IllegalStateException.class, () -> budget.classify(region, 0, 1, Retention.COLD));
    }
  }

  @Test
  void closingEitherDoesNotTouchTheOther() throws IOException {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    MappedRegion region = Mmap.map(file("file"), Access.READ_WRITE);
    MappedRegion other = Mmap.map(file("other"), Access.READ_WRITE);
    Budget budget = Budget.of(0);
    budget.add(region);
    budget.add(other);
    region.close();
    assertEquals(1, budget.state().regions());
    budget.enforce();
    budget.close();
    budget.close();
    assertEquals(0, budget.state().regions());
    assertEquals(0, budget.enforce());
    assertThrows(IllegalStateException.class, () -> budget.add(other));
    Bytes.requirePattern(other.buffer());
    other.close();
  }

  @Test
  void collectedRegionsLeaveAndSoDoesTheThread() throws IOException {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    Budget budget = Budget.of(0);
    WeakReference<MappedRegion> region = leak(budget, file("file"));
    assertTrue(Footprint.collectUntil(() -> region.refersTo(null)), "the budget keeps it");
    assertTrue(Footprint.collectUntil(() -> budget.state().regions() == 0), "it is still there");
    assertTrue(Footprint.collectUntil(() -> !isThreadThere()), "the thread is still there");
    try (MappedRegion next = Mmap.map(file("next"), Access.READ_WRITE)) {
      budget.add(next); // a budget may be used again
      assertTrue(isThreadThere());
      budget.close();
    }
  }

  @Test
  void statisticsListTheBudgetsThatHaveRegions() throws IOException {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    long limit = 12_345_678;
    try (MappedRegion region = Mmap.map(file("file"), Access.READ_WRITE);
        Budget budget = Budget.of(limit)) {
      assertFalse(isListed(limit));
      budget.add(region);
      assertTrue(isListed(limit));
      region.close();
      assertFalse(isListed(limit));
    }
  }

  private static boolean isListed(long limit) {
    return Mmap.statistics().budgets().stream().anyMatch(state -> state.limit() == limit);
  }

  private static WeakReference<MappedRegion> leak(Budget budget, Path file) throws IOException {
    MappedRegion region = Mmap.map(file, Access.READ_WRITE);
    budget.add(region);
    assertTrue(isThreadThere());
    return new WeakReference<>(region);
  }

  private static boolean isThreadThere() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("mmap-io budget"));
  }

  /** Whoever closes waits for one step of the budget at most, and no step comes after. */
  @Test
  void regionsMayBeClosedWhileTheBudgetWorks() throws Exception {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    Path file = file("file");
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try (Budget budget = Budget.of(0)) {
      for (int round = 0; round < ROUNDS; round++) {
        MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        region.buffer().put(round, Bytes.patternAt(round));
        budget.add(region);
        Future<Long> enforcing = threads.submit(budget::enforce);
        Future<Boolean> removing = threads.submit(() -> budget.remove(region));
        region.close();
        enforcing.get();
        removing.get();
      }
      assertEquals(0, budget.state().failures());
    } finally {
      threads.shutdown();
    }
    try (MappedRegion region = Mmap.map(file)) {
      Bytes.requirePattern(region.buffer());
    }
  }

  /** Each thread has the longs of its own, and knows what it has written. */
  @Test
  void nothingThatWasWrittenIsLost() throws Exception {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    Path file = file("file");
    long[] expected = new long[SIZE / Long.BYTES];
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        Budget budget = Budget.of(SIZE / 16)) {
      region.buffer().asLongBuffer().get(expected);
      budget.add(region);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS + 1);
      List<Future<Integer>> writers = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int which = i;
        writers.add(threads.submit(writer(region, expected, which, new Random(seed + which))));
      }
      while (!writers.stream().allMatch(Future::isDone)) {
        budget.enforce();
      }
      for (Future<Integer> writer : writers) {
        assertEquals(0, writer.get(), "longs that were not what this thread had written");
      }
      threads.shutdown();
      assertEquals(0, budget.state().failures());
    }
    try (MappedRegion region = Mmap.map(file)) {
      long[] found = new long[expected.length];
      region.buffer().asLongBuffer().get(found);
      assertArrayEquals(expected, found);
    }
  }

  private static Callable<Integer> writer(
      MappedRegion region, long[] expected, int which, Random random) {
    return () -> {
      LongBuffer view = region.buffer().asLongBuffer();
      int wrong = 0;
      for (int i = 0; i < WRITES; i++) {
        int at = random.nextInt(expected.length / THREADS) * THREADS + which;
        wrong += view.get(at) == expected[at] ? 0 : 1;
        expected[at] = random.nextLong();
        view.put(at, expected[at]);
      }
      return wrong;
    };
  }
}
