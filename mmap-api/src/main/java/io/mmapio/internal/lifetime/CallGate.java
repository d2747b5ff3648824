// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.spi.MmapBackend;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Decides which calls of a region may run at the same time. Calls run concurrently and are counted.
 * A change of access runs alone. Closing waits for the calls in progress and refuses new ones, so
 * no call can reach a range that was unmapped.
 */
public abstract class CallGate {
  /** Result of {@link #calling} for a region that has lost a page under its guard. */
  public static final long DAMAGED = MmapBackend.LOST + 1;

  /** How long to wait before waits in progress are hurried again: they may have begun just now. */
  private static final long HURRY_MILLIS = 1;

  /** The waits in progress, which are calls too. */
  public final WaitList waits = new WaitList();

  private final CallCounter calls = new CallCounter();
  private volatile boolean closed;
  private volatile boolean changing;

  /** Held by code that must run alone: closing, and changes of access. */
  private final Object alone = new Object();

  /** Notified by ending calls while a thread waits to run alone. */
  private final Object calledOff = new Object();

  private boolean shut; // under the lock of alone

  public abstract boolean isDamaged();

  /** Returns the description for the exception that a closed region throws. */
  public abstract String describe();

  /**
   * Tells whether the region is open.
   *
   * @return false once the region is closed
   */
  public final boolean isOpen() {
    return !closed;
  }

  public final void requireOpen() {
    if (closed) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the region is closed: " + describe());
  }

  /** Calls the OS while no thread can close the region. The result is for {@code Mapping.check}. */
  public final long calling(LongSupplier call) {
    int stripe = enter();
    try {
      return isDamaged() ? DAMAGED : call.getAsLong();
    } finally {
      leave(stripe);
    }
  }

  /** Runs an action while no thread can close the region. */
  public final <T> T whileOpen(Supplier<T> what) {
    int stripe = enter();
    try {
      return what.get();
    } finally {
      leave(stripe);
    }
  }

  /**
   * Begins a call. A call is counted before it checks whether it may continue, and a thread that
   * wants to run alone announces that before it reads the count. So at least one of the two sees
   * the other.
   */
  private int enter() {
    int stripe = calls.begin();
    while (closed || changing) {
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
    if (closed || changing) {
      synchronized (calledOff) {
        calledOff.notifyAll();
      }
    }
  }

  /** Calls the OS like {@link #calling}, while no other thread creates a view or makes a call. */
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

  /**
   * Runs the closing action after the last call has ended. Does nothing if that was done before.
   */
  public final void shutting(Runnable last) {
    closed = true; // likewise
    waits.hurry();
    synchronized (alone) {
      awaitCalls();
      if (!shut) {
        shut = true;
        last.run();
      }
    }
  }

  /** Waits for the calls in progress, without a time limit. Waits among them are ended. */
  private void awaitCalls() {
    if (!calls.isZero()) {
      awaitLastCall();
    }
  }

  private void awaitLastCall() {
    boolean interrupted = false;
    synchronized (calledOff) {
      while (!calls.isZero()) {
        try {
          calledOff.wait(waits.hurry() ? HURRY_MILLIS : 0);
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
