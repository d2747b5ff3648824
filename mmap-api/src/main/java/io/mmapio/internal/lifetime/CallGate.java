// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.spi.MmapBackend;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Who may call a region. Calls go through it side by side, and are counted; whoever changes what
 * may be done with the bytes goes alone; closing lets those in flight finish and nobody in after
 * them, so none can meet a range that was given back.
 */
public abstract class CallGate {
  /** What {@link #calling} answers for a region that has lost a page under its guard. */
  public static final long DAMAGED = MmapBackend.LOST + 1;

  private final CallCounter calls = new CallCounter();
  private volatile boolean open = true;
  private volatile boolean changing;

  /** Held by whoever has to be alone: to close, or to change what may be done with the bytes. */
  private final Object alone = new Object();

  /** Notified by calls that end while somebody waits to be alone. */
  private final Object calledOff = new Object();

  private boolean shut; // under the lock of alone

  public abstract boolean isDamaged();

  /** Words for the exception that a closed region throws. */
  public abstract String describe();

  /**
   * Tells whether the region is open.
   *
   * @return false once closed
   */
  public final boolean isOpen() {
    return open;
  }

  public final void requireOpen() {
    if (!open) {
      throw closed();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("the region is closed: " + describe());
  }

  /** Makes a call on the OS while nobody can close. Its result is for {@code Mapping.check}. */
  public final long calling(LongSupplier call) {
    int stripe = enter();
    try {
      return isDamaged() ? DAMAGED : call.getAsLong();
    } finally {
      leave(stripe);
    }
  }

  /** Does something while nobody can close. */
  public final <T> T whileOpen(Supplier<T> what) {
    int stripe = enter();
    try {
      return what.get();
    } finally {
      leave(stripe);
    }
  }

  /**
   * A call is counted before it looks whether it may go on, and whoever wants to be alone says so
   * before looking at the count: so one of the two sees the other.
   */
  private int enter() {
    int stripe = calls.begin();
    while (!open || changing) {
      leave(stripe);
      requireOpen();
      synchronized (alone) {
        // The change is over.
      }
      stripe = calls.begin();
    }
    return stripe;
  }

  private void leave(int stripe) {
    calls.end(stripe);
    if (!open || changing) {
      synchronized (calledOff) {
        calledOff.notifyAll();
      }
    }
  }

  /** As {@link #calling}, while nobody takes a view or makes a call either. */
  public final long changing(LongSupplier call) {
    synchronized (alone) {
      requireOpen();
      changing = true; // no call begins from here on, so none after another can keep this waiting
      try {
        awaitCalls();
        return isDamaged() ? DAMAGED : call.getAsLong();
      } finally {
        changing = false;
      }
    }
  }

  /** Does what closing takes when the last call is done; nothing if that was done before. */
  public final void shutting(Runnable last) {
    open = false; // likewise
    synchronized (alone) {
      awaitCalls();
      if (!shut) {
        shut = true;
        last.run();
      }
    }
  }

  /** However long they take. */
  private void awaitCalls() {
    boolean interrupted = false;
    synchronized (calledOff) {
      while (!calls.isZero()) {
        try {
          calledOff.wait();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
