// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What changed when: as an array of moments says, or more where memory is bounded. */
final class ChangeLogTest {
  private static final int PAGES = 20 * ChangeLog.PAGES + 100;

  private static Set<Long> pages(Ranges ranges) {
    Set<Long> pages = new TreeSet<>();
    long end = -1;
    for (int i = 0; i < ranges.count(); i++) {
      assertTrue(ranges.from(i) > end && ranges.to(i) > ranges.from(i), "ranges touch");
      end = ranges.to(i);
      for (long page = ranges.from(i); page < end; page++) {
        pages.add(page);
      }
    }
    return pages;
  }

  private static Set<Long> since(long moment, long[] moments) {
    Set<Long> pages = new TreeSet<>();
    for (int page = 0; page < moments.length; page++) {
      if (moments[page] >= moment) {
        pages.add((long) page);
      }
    }
    return pages;
  }

  @Test
  void saysWhatAnArrayOfMomentsSays() {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    Random random = new Random(seed);
    ChangeLog log = new ChangeLog();
    long[] moments = new long[PAGES];
    long now = 1;
    for (int step = 0; step < 2_000; step++) {
      int first = random.nextInt(PAGES);
      int length = 1 + random.nextInt(random.nextInt(10) == 0 ? 3 * ChangeLog.PAGES : 5);
      int end = Math.min(PAGES, first + length);
      log.add(first, end);
      Arrays.fill(moments, first, end, now);
      if (random.nextInt(3) == 0) {
        now = log.next();
      }
      if (step % 20 == 0) {
        long moment = Math.max(1, now - random.nextInt(50));
        Set<Long> found = pages(log.since(moment, PAGES));
        found.removeIf(page -> page >= PAGES); // a piece that changed as a whole reaches past it
        assertEquals(since(moment, moments), found, "seed " + seed);
      }
    }
  }

  @Test
  void withoutRoomForDetailsPagesChangeTogether() {
    ChangeLog log = new ChangeLog(2);
    for (long piece = 0; piece < 4; piece++) {
      log.add(piece * ChangeLog.PAGES + 7, piece * ChangeLog.PAGES + 9);
    }
    assertEquals(2 + 2 + 2L * ChangeLog.PAGES, pages(log.since(1, PAGES)).size());
    long mark = log.next();
    log.add(ChangeLog.PAGES + 1, ChangeLog.PAGES + 2);
    log.add(2L * ChangeLog.PAGES, 2L * ChangeLog.PAGES + 1);
    assertEquals(1L + ChangeLog.PAGES, pages(log.since(mark, PAGES)).size());
    // A piece that changes as a whole gives its details back, and another one has room for them.
    log.add(0, ChangeLog.PAGES);
    mark = log.next();
    log.add(10L * ChangeLog.PAGES + 5, 10L * ChangeLog.PAGES + 6);
    assertEquals(Set.of(10L * ChangeLog.PAGES + 5), pages(log.since(mark, PAGES)));
  }

  @Test
  void everythingCountsAsChangedIfDetailsWereLost() {
    ChangeLog log = new ChangeLog();
    log.add(3, 4);
    long before = log.next();
    log.addEverything();
    long after = log.next();
    log.add(5, 6);
    assertEquals(PAGES, pages(log.since(before, PAGES)).size());
    assertEquals(Set.of(5L), pages(log.since(after, PAGES)));
  }

  @Test
  void unionsAreThoseOfSets() {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      Ranges one = randomRanges(random);
      Ranges other = randomRanges(random);
      Set<Long> expected = pages(one);
      expected.addAll(pages(other));
      assertEquals(expected, pages(Ranges.union(one, other)), "seed " + seed);
    }
  }

  private static Ranges randomRanges(Random random) {
    Ranges ranges = new Ranges();
    long at = 0;
    for (int i = random.nextInt(30); i > 0; i--) {
      long first = at + random.nextInt(4);
      at = first + 1 + random.nextInt(4);
      ranges.add(first, at);
    }
    return ranges;
  }
}
