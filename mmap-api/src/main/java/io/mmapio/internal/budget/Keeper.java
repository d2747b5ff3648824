// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.internal.lifetime.HousekeepingThread;
import io.mmapio.internal.mapping.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;

/** The thread that makes the rounds of all pools. It exists while a pool has an open region. */
final class Keeper implements HousekeepingThread.Work {
  private static final long PATIENCE =
      TimeUnit.MILLISECONDS.toNanos(HousekeepingThread.PATIENCE_MILLIS);

  private static final Object LOCK = new Object();
  private static final HousekeepingThread THREAD =
      new HousekeepingThread("mmap-io budget", new Keeper());

  // Under the lock. No value holds its key.
  private static final Map<Mapping, Member> MEMBERS = new WeakHashMap<>();
  private static final List<Pool> POOLS = new ArrayList<>();

  private Keeper() {}

  /** Puts a region into a pool. */
  static void add(Pool pool, Mapping mapping) {
    synchronized (LOCK) {
      Member old = MEMBERS.get(mapping);
      if (old != null && old.pool == pool) {
        return;
      }
      if (old != null) {
        throw new IllegalStateException("the region is in another budget: " + mapping.describe());
      }
      MEMBERS.put(mapping, pool.joined(mapping));
      if (!POOLS.contains(pool)) {
        POOLS.add(pool);
      }
    }
    wake();
  }

  /** Takes a region out of a pool; false if it was not in it. */
  static boolean remove(Pool pool, Mapping mapping) {
    synchronized (LOCK) {
      Member member = MEMBERS.get(mapping);
      if (member == null || member.pool != pool) {
        return false;
      }
      MEMBERS.remove(mapping);
      pool.left(member);
      return true;
    }
  }

  /** Takes all regions out of a pool. */
  static void close(Pool pool, List<Member> members) {
    synchronized (LOCK) {
      POOLS.remove(pool);
      members.forEach(Member::remove);
      MEMBERS.values().removeIf(member -> member.pool == pool);
      LOCK.notifyAll();
    }
  }

  /** Returns the pools that have regions. */
  static List<Pool> pools() {
    synchronized (LOCK) {
      return List.copyOf(POOLS);
    }
  }

  /** Has the thread look at what is due. */
  static void wake() {
    THREAD.wake();
    synchronized (LOCK) {
      LOCK.notifyAll();
    }
  }

  @Override
  public boolean isNeeded() {
    synchronized (LOCK) {
      POOLS.removeIf(pool -> !pool.isNeeded());
      return !POOLS.isEmpty();
    }
  }

  @Override
  public boolean isBusy() {
    try {
      for (Pool pool : pools()) {
        if (pool.due() - System.nanoTime() <= 0) {
          round(pool);
        }
      }
      return isNeeded() ? await() : awaitPool();
    } catch (InterruptedException e) {
      return true; // Nobody has a reason to, and the limits are to be kept.
    }
  }

  /** The thread survives any failure of a round, for example a brief lack of memory. */
  private static void round(Pool pool) {
    try {
      pool.round();
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }

  /** Waits for the next round that is due. */
  private static boolean await() throws InterruptedException {
    synchronized (LOCK) {
      long wait = PATIENCE;
      for (Pool pool : POOLS) {
        wait = Math.min(wait, pool.due() - System.nanoTime());
      }
      if (wait > 0) {
        TimeUnit.NANOSECONDS.timedWait(LOCK, wait);
      }
    }
    return true;
  }

  /** Waits for a pool, as long as a thread without work does. */
  private static boolean awaitPool() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE;
    synchronized (LOCK) {
      long left = PATIENCE;
      while (POOLS.isEmpty() && left > 0) {
        TimeUnit.NANOSECONDS.timedWait(LOCK, left);
        left = end - System.nanoTime();
      }
      return !POOLS.isEmpty();
    }
  }
}
