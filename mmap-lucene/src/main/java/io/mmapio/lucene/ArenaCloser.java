// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.MappedRegion;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Closes shared arenas, and then the regions that were read through them, in a thread of its own.
 * The thread ends one second after its last work.
 *
 * <p>The JDK promises that no access goes on after an arena was closed. It keeps this promise by
 * deoptimising compiled code that is inside an access, but misses code that is about to allocate
 * memory: JDK 25 was seen to read on, in Lucene's stored fields, with the state of the arena in a
 * register. So a region stays as it is for a moment after its arena was closed, and what comes
 * later meets zeros, not unmapped addresses: see {@link Lifetime}.
 *
 * <p>If it cannot keep up, whoever closes a file does this work too, so that no more than some ten
 * thousand files wait: each has a mapping.
 */
final class ArenaCloser {
  static final int MOST_WAITING = 10_000;

  private static final System.Logger LOGGER = System.getLogger("io.mmapio");

  /** How long a region stays mapped after its arena was closed. */
  private static final long GRACE_MILLIS = 1_000;

  /** The same if somebody waits for it. */
  private static final long SHORT_GRACE_MILLIS = 5;

  private static final AtomicInteger WAITING = new AtomicInteger();
  private static final Set<Ended> ENDED = ConcurrentHashMap.newKeySet();

  private static final ScheduledThreadPoolExecutor THREAD =
      new ScheduledThreadPoolExecutor(1, ArenaCloser::newThread);

  static {
    THREAD.setKeepAliveTime(1, TimeUnit.SECONDS);
    THREAD.allowCoreThreadTimeOut(true);
  }

  /** Regions whose arena was closed. */
  private static final class Ended {
    private final List<MappedRegion> regions;

    Ended(List<MappedRegion> regions) {
      this.regions = regions;
    }

    /** Whoever comes first closes them: the thread after the grace, or somebody who waits. */
    void release() {
      if (ENDED.remove(this)) {
        regions.forEach(ArenaCloser::close);
        WAITING.addAndGet(-regions.size());
      }
    }
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
      end(arena, regions).release();
    } else {
      THREAD.execute(() -> releaseLater(end(arena, regions)));
    }
  }

  private static Ended end(Arena arena, List<MappedRegion> regions) {
    close(arena);
    Ended ended = new Ended(regions);
    ENDED.add(ended);
    return ended;
  }

  private static void releaseLater(Ended ended) {
    Future<?> unused = THREAD.schedule(ended::release, GRACE_MILLIS, TimeUnit.MILLISECONDS);
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
    List<Ended> ended = List.copyOf(ENDED);
    if (!ended.isEmpty()) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SHORT_GRACE_MILLIS));
      ended.forEach(Ended::release);
    }
  }
}
