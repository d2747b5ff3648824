// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes shared arenas, and then the regions that were read through them, in a thread of its own.
 * The thread ends one second after its last work.
 *
 * <p>If it cannot keep up, whoever closes a file closes the arena too, so that no more than some
 * thousand files wait: each has a file descriptor and a mapping.
 */
final class ArenaCloser {
  private static final System.Logger LOGGER = System.getLogger("io.mmapio");

  private static final int MOST_WAITING = 1_000;
  private static final AtomicInteger WAITING = new AtomicInteger();

  private static final ThreadPoolExecutor THREAD =
      new ThreadPoolExecutor(
          1, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), ArenaCloser::newThread);

  static {
    THREAD.allowCoreThreadTimeOut(true);
  }

  private ArenaCloser() {}

  private static Thread newThread(Runnable work) {
    Thread thread = new Thread(null, work, "mmap-io lucene closer", 0, false);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Closes an arena and then regions, in general after this method has returned. The caller does
   * not use them any more.
   */
  static void closeLater(Arena arena, List<MappedRegion> regions) {
    int waiting = WAITING.addAndGet(regions.size());
    if (waiting > MOST_WAITING) {
      close(arena, regions);
    } else {
      THREAD.execute(() -> close(arena, regions));
    }
  }

  private static void close(Arena arena, List<MappedRegion> regions) {
    close(arena);
    regions.forEach(ArenaCloser::close);
    WAITING.addAndGet(-regions.size());
  }

  private static void close(Arena arena) {
    while (true) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        // A system call works with a segment of the arena at the moment.
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
    }
  }

  private static void close(MappedRegion region) {
    try {
      region.close();
    } catch (RuntimeException e) {
      LOGGER.log(Level.WARNING, "an index file was closed, and it was damaged: " + region, e);
    }
  }

  /** Waits until everything is closed that was to be closed before this call. */
  static void await() {
    try {
      THREAD.submit(() -> {}).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("doing nothing has failed", e);
    }
  }
}
