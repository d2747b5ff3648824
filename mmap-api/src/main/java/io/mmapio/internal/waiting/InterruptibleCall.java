// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.waiting;

import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Ends a native call when its thread is interrupted. The JDK offers that to channels, which it
 * closes in the thread that interrupts: so this is the channel of one call.
 */
final class InterruptibleCall extends AbstractInterruptibleChannel {
  /** How long the interrupting thread tries: the call may not have begun to wait yet. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(20);

  private final Thread waiter = Thread.currentThread();
  private final Runnable wake;
  private volatile boolean returned;

  private InterruptibleCall(Runnable wake) {
    this.wake = wake;
  }

  /**
   * Makes a call, unless the thread is interrupted.
   *
   * @param call waits
   * @param wake ends the call if it waits; may be called by any thread, and after its end
   * @param interrupted the result if the thread was interrupted before the call ended; its flag is
   *     set then
   * @return the result of the call
   */
  static long run(LongSupplier call, Runnable wake, long interrupted) {
    InterruptibleCall channel = new InterruptibleCall(wake);
    try {
      channel.begin();
      long result = channel.isOpen() ? call.getAsLong() : interrupted;
      return channel.isOpen() ? result : interrupted;
    } finally {
      channel.finish();
    }
  }

  private void finish() {
    returned = true;
    try {
      end(/* completed= */ true);
    } catch (AsynchronousCloseException e) {
      // The thread was interrupted, which its flag says as well.
    }
  }

  /** Wakes at least once, as the call may have used up a wake that was meant for another. */
  @Override
  protected void implCloseChannel() {
    if (Thread.currentThread() == waiter) {
      return; // it was interrupted before its call
    }
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    do {
      wake.run();
      LockSupport.parkNanos(this, PAUSE_NANOS);
    } while (!returned && System.nanoTime() - deadline < 0);
  }
}
