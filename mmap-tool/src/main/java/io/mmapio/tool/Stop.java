// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C: the work is asked to stop, and has some seconds to say how far it came. The JVM then ends
 * with the exit code of a program that was interrupted, 130.
 */
final class Stop {
  private static final long PATIENCE = 10;

  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile boolean heeded;
  private final Thread hook = new Thread(this::interrupted, "mmap-stop");

  /** Begins to listen. */
  static Stop listen() {
    Stop stop = new Stop();
    Runtime.getRuntime().addShutdownHook(stop.hook);
    return stop;
  }

  private void interrupted() {
    requested.set(true);
    try {
      if (heeded && !done.await(PATIENCE, TimeUnit.SECONDS)) {
        System.err.println("mmap: did not stop in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The work looks at this now and then: it is worth while to wait for it. */
  Stop heeded() {
    heeded = true;
    return this;
  }

  /** Whether the work is to stop. */
  boolean requested() {
    return requested.get();
  }

  /** Stops by itself, for example because a key was pressed. */
  void request() {
    requested.set(true);
  }

  /** The work is done; true if the JVM ends by itself. */
  boolean finished() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
