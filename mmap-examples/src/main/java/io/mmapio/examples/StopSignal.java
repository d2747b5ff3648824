// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.util.concurrent.CountDownLatch;

/** Ends a program cleanly at Ctrl-C: the program sees the request, and the JVM waits for it. */
final class StopSignal {
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;

  private StopSignal() {}

  static StopSignal listen() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::request, "stop"));
    return signal;
  }

  private void request() {
    requested = true;
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean requested() {
    return requested;
  }

  /** Tells that the program has closed and deleted what it must. */
  void finished() {
    finished.countDown();
  }
}
