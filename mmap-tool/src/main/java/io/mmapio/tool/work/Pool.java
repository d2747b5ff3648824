// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** So many threads, and work for them; whoever brings too much of it does some. */
public final class Pool implements AutoCloseable {
  private final ThreadPoolExecutor threads;

  /** Creates a pool. */
  public Pool(int parallel) {
    this.threads =
        new ThreadPoolExecutor(
            parallel,
            parallel,
            1,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(4 * parallel),
            new ThreadPoolExecutor.CallerRunsPolicy());
  }

  /** Does something, now or soon. */
  public void submit(Runnable work) {
    threads.execute(work);
  }

  /** Waits until all is done. */
  @Override
  public void close() {
    threads.shutdown();
    try {
      while (!threads.awaitTermination(1, TimeUnit.HOURS)) {
        // It takes long.
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
