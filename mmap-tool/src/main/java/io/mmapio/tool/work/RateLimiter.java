// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Lets so many bytes a second pass, for all threads together. */
public final class RateLimiter {
  private static final long NAP = 50_000_000;

  private final long bytesPerSecond;
  private final BooleanSupplier stopped;
  private long free = System.nanoTime();

  /** Creates one; zero is no limit. */
  public RateLimiter(long bytesPerSecond, BooleanSupplier stopped) {
    this.bytesPerSecond = bytesPerSecond;
    this.stopped = stopped;
  }

  /** Tells whether there is a limit. */
  public boolean isLimited() {
    return bytesPerSecond > 0;
  }

  /** Returns a step that takes about a tenth of a second, a power of two inside some limits. */
  public long step(long least, long most) {
    return isLimited()
        ? Math.max(least, Math.min(most, Long.highestOneBit(bytesPerSecond / 10 + 1)))
        : most;
  }

  /** Waits until so many bytes may pass, or the work is to stop. */
  public void acquire(long bytes) {
    if (!isLimited() || bytes == 0) {
      return;
    }
    long until = reserve(bytes);
    long left = until - System.nanoTime();
    while (left > 0 && !stopped.getAsBoolean()) {
      LockSupport.parkNanos(Math.min(left, NAP));
      left = until - System.nanoTime();
    }
  }

  /** Returns when these bytes have had their time. */
  private synchronized long reserve(long bytes) {
    long now = System.nanoTime();
    free = Math.max(free, now) + (long) (bytes * 1e9 / bytesPerSecond);
    return free;
  }
}
