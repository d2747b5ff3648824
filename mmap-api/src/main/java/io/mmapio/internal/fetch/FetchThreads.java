// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.fetch;

import io.mmapio.internal.lifetime.HousekeepingThread;
import io.mmapio.internal.mapping.Mapping;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that fetch for others, which exist only while there is work and for a second
 * afterwards. Both they and the fetches that wait for them are bounded.
 */
final class FetchThreads {
  private static final int FEWEST = 8;
  private static final int MOST = 32;

  /** Fetches that may be running or waiting for a thread. */
  private static final int REQUESTS = 1024;

  /** How long to wait for room before looking whether the region is still open. */
  private static final long LOOK_MILLIS = 50;

  private static final Semaphore ROOM = new Semaphore(REQUESTS, /* fair= */ true);
  private static final ThreadPoolExecutor POOL = newPool();

  /**
   * For code of the program that waits for a future. It may take any time, so each has a thread of
   * its own, and no fetch waits for it.
   */
  private static final ThreadPoolExecutor COMPLETIONS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          HousekeepingThread.PATIENCE_MILLIS,
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          work -> HousekeepingThread.newThread("mmap-io fetched", work));

  private FetchThreads() {}

  private static ThreadPoolExecutor newPool() {
    int twice = 2 * Runtime.getRuntime().availableProcessors();
    int threads = Math.max(FEWEST, Math.min(MOST, twice));
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            HousekeepingThread.PATIENCE_MILLIS,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            work -> HousekeepingThread.newThread("mmap-io fetch", work));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * Waits until there is room for one more fetch.
   *
   * @return false if the thread was interrupted, as it still is then
   * @throws IllegalStateException if the region is closed
   */
  static boolean enter(Mapping mapping) {
    try {
      boolean entered = ROOM.tryAcquire();
      while (!entered) {
        entered = ROOM.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (!entered) {
          mapping.requireOpen();
        }
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Makes room. */
  static void leave() {
    ROOM.release();
  }

  /** Runs a fetch, or the rest of one, after those that wait now. */
  static void execute(Runnable fetch) {
    POOL.execute(fetch);
  }

  /** Runs what completes a future. */
  static void complete(Runnable completion) {
    COMPLETIONS.execute(completion);
  }

  /** Tells whether fetches wait for a thread. */
  static boolean areBusy() {
    return !POOL.getQueue().isEmpty();
  }
}
