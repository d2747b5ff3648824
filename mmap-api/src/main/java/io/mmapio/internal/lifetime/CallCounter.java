// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.internal.system.Stripes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls in progress, spread over {@link Stripes}. A call ends at the place where it
 * began, so no place ever counts below zero. Once no new call can begin, it is enough to see each
 * place at zero once.
 */
public final class CallCounter {
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
    int stripe = (1 + Stripes.current()) * STEP;
    AtomicIntegerArray all = counts;
    if (all == null) {
      COUNTS.compareAndSet(this, null, new AtomicIntegerArray((Stripes.COUNT + 1) * STEP));
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
