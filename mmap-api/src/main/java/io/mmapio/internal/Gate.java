// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.spi.MmapBackend;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who may call a region. Calls go through it side by side, under a shared lock; whoever changes
 * what may be done with the bytes goes alone; closing lets those in flight finish and nobody in
 * after them, so none can meet a range that was given back.
 */
abstract class Gate {
  /** What {@link #calling} answers for a region that has lost a page under its guard. */
  static final long DAMAGED = MmapBackend.LOST + 1;

  private final StampedLock lock = new StampedLock();
  private volatile boolean open = true;
  private boolean shut; // under the exclusive lock
  private volatile boolean changing; // somebody wants the exclusive lock, but not to close
  private final Object turnstile = new Object();

  abstract boolean isDamaged();

  /** Words for the exception that a closed region throws. */
  abstract String describe();

  /**
   * Tells whether the region is open.
   *
   * @return false once closed
   */
  public final boolean isOpen() {
    return open;
  }

  final void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the region is closed: " + describe());
    }
  }

  /** Makes a call on the OS while nobody can close. Its result is for {@link Mapping#check}. */
  final long calling(LongSupplier call) {
    letChangesPass();
    long stamp = lock.readLock();
    try {
      requireOpen();
      return isDamaged() ? DAMAGED : call.getAsLong();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Does something while nobody can close. */
  final <T> T whileOpen(Supplier<T> what) {
    letChangesPass();
    long stamp = lock.readLock();
    try {
      requireOpen();
      return what.get();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** As {@link #calling}, while nobody takes a view or makes a call either. */
  final long changing(LongSupplier call) {
    synchronized (turnstile) {
      changing = true;
      long stamp = lock.writeLock();
      try {
        requireOpen();
        return isDamaged() ? DAMAGED : call.getAsLong();
      } finally {
        lock.unlockWrite(stamp);
        changing = false;
      }
    }
  }

  /** The lock is for whoever comes: calls that never cease would keep a change waiting for ever. */
  private void letChangesPass() {
    if (changing) {
      synchronized (turnstile) {
        // It has passed.
      }
    }
  }

  /** Does what closing takes when the last call is done; nothing if that was done before. */
  final void shutting(Runnable last) {
    open = false; // no call begins from here on, so none after another can keep this waiting
    long stamp = lock.writeLock();
    try {
      if (!shut) {
        shut = true;
        last.run();
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
