// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefetcher;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are fetched before they are due. */
final class PrefetcherTest {
  private static final int SIZE = 64 << 20;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  @TempDir Path directory;

  private MappedRegion region() throws IOException {
    return Mmap.map(Bytes.patterned(directory.resolve("file"), 1 << 20));
  }

  private static List<Long> all(Prefetcher blocks) {
    List<Long> all = new ArrayList<>();
    blocks.forEachRemaining((long offset) -> all.add(offset));
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 1000})
  void offsetsComeInTheirOrder(int ahead) throws IOException {
    long[] offsets = LongStream.range(0, 500).map(i -> i * 7919 % (1 << 20)).toArray();
    try (MappedRegion region = region()) {
      List<Long> expected = LongStream.of(offsets).boxed().toList();
      assertEquals(expected, all(region.prefetch(LongStream.of(offsets).iterator(), 1, ahead)));
    }
  }

  /** So a source may be endless, and one that is changed on the way is only little ahead. */
  @Test
  void noMoreIsTakenThanAhead() throws IOException {
    int[] taken = {0};
    PrimitiveIterator.OfLong endless = LongStream.generate(() -> taken[0]++).iterator();
    try (MappedRegion region = region()) {
      Prefetcher blocks = region.prefetch(endless, 10, 8);
      assertEquals(0, taken[0]);
      for (int i = 0; i < 100; i++) {
        assertTrue(blocks.hasNext());
        assertEquals(i, blocks.nextLong());
        assertTrue(taken[0] > i && taken[0] <= i + 9, taken[0] + " taken at " + i);
      }
    }
  }

  @Test
  void endIsAnException() throws IOException {
    try (MappedRegion region = region()) {
      Prefetcher blocks = region.prefetch(LongStream.of(5).iterator(), 1, 4);
      assertEquals(5, blocks.nextLong());
      assertFalse(blocks.hasNext());
      assertThrows(NoSuchElementException.class, blocks::nextLong);
    }
  }

  @Test
  void offsetsOutsideComeAtTheirTurn() throws IOException {
    try (MappedRegion region = region()) {
      long[] offsets = {3, -1, Long.MAX_VALUE, (1 << 20) - 5, 1 << 20, 4};
      Prefetcher blocks = region.prefetch(LongStream.of(offsets).iterator(), 10, 4);
      assertEquals(LongStream.of(offsets).boxed().toList(), all(blocks));
    }
  }

  @Test
  void badArgumentsAreRefused() throws IOException {
    try (MappedRegion region = region()) {
      PrimitiveIterator.OfLong none = LongStream.empty().iterator();
      assertThrows(IllegalArgumentException.class, () -> region.prefetch(none, 1, 0));
      assertThrows(IllegalArgumentException.class, () -> region.prefetch(none, -1, 1));
    }
  }

  @Test
  void itEndsWithItsRegion() throws IOException {
    MappedRegion region = region();
    Prefetcher blocks = region.prefetch(LongStream.range(0, 100).iterator(), 1, 50);
    assertEquals(0, blocks.nextLong());
    region.close();
    assertThrows(IllegalStateException.class, blocks::nextLong);
  }

  /** The last of the blocks ahead are in memory soon, though nobody has touched them. */
  @Test
  void blocksAheadAreFetched() throws IOException {
    Machine.assumeNotEmulated("what an emulator keeps in memory is its own affair");
    assumeTrue(Feature.EVICT.isSupported(), "nothing can be evicted");
    Path file = Bytes.sparse(directory.resolve("big"), SIZE);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      for (int at = 0; at < SIZE; at += 1 << 16) {
        region.buffer().put(at, (byte) 1);
      }
      region.sync();
      region.advise(Advice.RANDOM);
      region.pages().evict();
      long last = 40 << 20;
      assumeTrue(!region.isResident(last, 1), "it was not evicted");
      assumeTrue(
          region.advise(0, 0, Advice.WILLNEED) == AdviceOutcome.APPLIED, "there is no such advice");
      Prefetcher blocks = region.prefetch(LongStream.of(0, 20 << 20, last).iterator(), 4096, 3);
      assertEquals(0, blocks.nextLong());
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      while (!region.isResident(last, 4096)) {
        assertTrue(System.nanoTime() - deadline < 0, "never fetched");
        Thread.onSpinWait();
      }
      assertFalse(region.isResident(last + (1 << 20), 4096));
    }
  }
}
