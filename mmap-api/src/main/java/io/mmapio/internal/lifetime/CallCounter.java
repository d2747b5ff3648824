// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls in progress. The count is spread over several places, so that threads that call
 * at the same time do not wait for each other's cache line. A call ends at the place where it
 * began, so no place ever counts below zero. Once no new call can begin, it is enough to see each
 * place at zero once.
 */
public final class CallCounter {
  private static final int MOST_STRIPES = 16;

  /**
   * A power of two: twice the number of processors, because threads are assigned by their numbers
   * only.
   */
  private static final int STRIPES =
      Integer.highestOneBit(
          Math.min(MOST_STRIPES, 4 * Runtime.getRuntime().availableProcessors() - 1));

  /** The distance between two used elements: 64 bytes, a cache line. */
  private static final int STEP = 16;

  private static final AtomicReferenceFieldUpdater<CallCounter, @Nullable AtomicIntegerArray>
      COUNTS =
          AtomicReferenceFieldUpdater.newUpdater(
              CallCounter.class, AtomicIntegerArray.class, "counts");

  // Many regions are only closed and never called, so the first call creates this.
  private volatile @Nullable AtomicIntegerArray counts;

  /** Begins a call, and returns the place where it is counted. */
  public int begin() {
    int stripe = (int) (1 + (Thread.currentThread().getId() & (STRIPES - 1))) * STEP;
    AtomicIntegerArray all = counts;
    if (all == null) {
      COUNTS.compareAndSet(this, null, new AtomicIntegerArray((STRIPES + 1) * STEP));
      all = Objects.requireNonNull(counts);
    }
    all.incrementAndGet(stripe);
    return stripe;
  }

  /** Ends a call that {@link #begin} began. */
  public void end(int stripe) {
    AtomicIntegerArray all = counts;
    if (all != null) {
      all.decrementAndGet(stripe);
    }
  }

  /** Tells whether no call is in progress. Valid once no new call can begin. */
  public boolean isZero() {
    AtomicIntegerArray all = counts;
    if (all != null) {
      for (int i = STEP; i < all.length(); i += STEP) {
        if (all.get(i) != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
