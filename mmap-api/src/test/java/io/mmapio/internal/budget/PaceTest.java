// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** How often is looked, and from where on pages are dropped. */
final class PaceTest {
  private static final long MIB = 1 << 20;
  private static final long LIMIT = 1024 * MIB;
  private static final long MILLI = 1_000_000;

  private final Pace pace = new Pace();
  private long now = MILLI;
  private long resident;

  /** Looks when it is time, and returns how long that was. */
  private long look(double bytesInMilli) {
    long next = pace.next(LIMIT, resident, now);
    long slept = next - now;
    resident += (long) (bytesInMilli * slept / MILLI);
    now = next;
    pace.found(resident, now, MILLI / 10);
    return slept;
  }

  @Test
  void anIdleProgramIsLookedAtTwiceASecond() {
    long slept = 0;
    for (int i = 0; i < 100; i++) {
      slept = look(0);
    }
    assertEquals(Pace.LONGEST, slept);
    assertEquals(LIMIT - LIMIT / 64, pace.high(LIMIT));
    assertTrue(pace.low(LIMIT) < pace.high(LIMIT));
  }

  @Test
  void theFasterMemoryFillsTheSoonerIsLookedAndDropped() {
    for (int i = 0; i < 100; i++) {
      look(0.1 * MIB);
      resident = LIMIT / 2;
    }
    long slowly = pace.high(LIMIT);
    for (int i = 0; i < 3; i++) {
      look(2.0 * MIB);
      resident = LIMIT * 7 / 8;
    }
    assertTrue(pace.high(LIMIT) < slowly, pace.high(LIMIT) + " after " + slowly);
    assertTrue(pace.high(LIMIT) >= LIMIT - LIMIT / 8);
    resident = pace.high(LIMIT);
    assertEquals(Pace.SHORTEST, look(0));
  }

  @Test
  void lookingTakesATwentiethOfTheTimeAtMost() {
    resident = LIMIT;
    long cost = 0;
    for (int i = 0; i < 100; i++) {
      long next = pace.next(LIMIT, resident, now);
      cost = 100 * MILLI;
      now = next + cost;
      pace.found(resident, now, cost);
    }
    long slept = pace.next(LIMIT, resident, now) - now;
    assertTrue(slept >= 19 * cost, slept + " after " + cost);
  }
}
