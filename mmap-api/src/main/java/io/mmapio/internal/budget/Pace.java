// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import java.util.concurrent.TimeUnit;

/**
 * How often a pool looks at its regions, and how far from the limit it begins to drop pages. Both
 * follow from the speed at which memory has filled lately.
 */
final class Pace {
  static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(20);
  static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(500);

  /** Looking takes at most one part of so many of a processor. */
  private static final long SHARE = 20;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final int FINEST = 64; // of the limit
  private static final int COARSEST = 8;

  /** Bytes in a second, before there is anything to go by: what a fast disk reads. */
  private double speed = 1 << 30;

  private double lateness; // nanoseconds from when a look was planned until pages are dropped
  private double cost; // nanoseconds that a look takes
  private long lastResident;
  private long lastNanos;
  private long planned = Long.MAX_VALUE; // the time of the next look

  /**
   * Notes what is in memory now.
   *
   * @param took nanoseconds that it took to find out; more than it costs if others had the
   *     processor
   */
  void found(long resident, long now, long took) {
    cost = Math.min((double) took, cost * 5 / 4 + 1000);
    if (planned != Long.MAX_VALUE && now > lastNanos) {
      double growth = (double) (resident - lastResident) * SECOND / (now - lastNanos);
      speed = Math.max(growth, speed * 3 / 4);
    }
  }

  /** Returns the bytes in memory from which on pages are dropped. */
  long high(long limit) {
    double comesIn = speed * (SHORTEST + 1.5 * lateness) / SECOND;
    double distance = Math.max((double) finest(limit), comesIn);
    return limit - (long) Math.min((double) limit / COARSEST, distance);
  }

  /** Returns the bytes in memory down to which they are dropped. */
  long low(long limit) {
    return Math.max(0, high(limit) - finest(limit));
  }

  private static long finest(long limit) {
    return limit / FINEST;
  }

  /**
   * Returns the time of the next look: when memory will have filled up to where pages are dropped.
   *
   * @param resident bytes in memory after a round
   * @param now when it ended
   */
  long next(long limit, long resident, long now) {
    double until = Math.max(0, high(limit) - resident) / Math.max(1, speed) * SECOND;
    double period = Math.max((double) SHORTEST, Math.min((double) LONGEST, until));
    return plan(resident, now, (long) Math.max(period, (SHARE - 1) * cost));
  }

  /** Returns the time of the next look, after so many nanoseconds. */
  long plan(long resident, long now, long nanos) {
    double late = planned == Long.MAX_VALUE ? 0 : now - planned;
    lateness = Math.max(late, lateness * 7 / 8);
    lastResident = resident;
    lastNanos = now;
    planned = now + Math.min(nanos, 10 * LONGEST);
    return planned;
  }
}
