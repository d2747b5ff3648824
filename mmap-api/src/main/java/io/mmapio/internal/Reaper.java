// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Learns which regions and views nobody can reach any more. Like {@link java.lang.ref.Cleaner}, but
 * it takes what the collector found in one go, so that neighbouring ranges are given back together:
 * one by one they would cut merged mappings into pieces, up to the kernel's limit and beyond.
 */
final class Reaper {
  private static final int BATCH = 1 << 16;

  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();

  /** What is watched hangs here, since a reference that is itself collected is never enqueued. */
  private static final Watch LIST = new Watch();

  private static volatile int count; // in the list; written under its lock

  static {
    Thread thread = new Thread(Reaper::run, "mmap-io reaper");
    thread.setDaemon(true);
    thread.setContextClassLoader(null); // an application's would stay reachable for ever
    thread.start();
  }

  private Reaper() {}

  /** Runs an action once, on the reaper's thread, when an object cannot be reached any more. */
  static final class Watch extends PhantomReference<Object> {
    private final Runnable collected;
    private final @Nullable Mapping region;
    private Watch previous = this;
    private Watch next = this;

    private Watch() {
      super(Reaper.class, QUEUE); // the list's own end, never collected
      this.collected = () -> {};
      this.region = null;
    }

    private Watch(Object watched, Runnable collected, @Nullable Mapping region) {
      super(watched, QUEUE);
      this.collected = collected;
      this.region = region;
    }

    /** Takes the watch off: the action will not run, unless it does already. */
    void cancel() {
      unlink(); // nothing holds it any more: the collector drops it with what it watched
    }

    private boolean unlink() {
      synchronized (LIST) {
        boolean linked = next != this;
        count -= linked ? 1 : 0;
        previous.next = next;
        next.previous = previous;
        previous = this;
        next = this;
        return linked;
      }
    }
  }

  /**
   * Watches a view.
   *
   * @param view the action must not hold it
   * @param collected runs on the reaper's thread
   */
  static Watch watch(Object view, Runnable collected) {
    return link(new Watch(view, collected, null));
  }

  /**
   * Watches a region.
   *
   * @param region neither the action nor the mapping must hold it
   * @param mapping of the region, listed until it is cancelled or collected
   * @param collected runs on the reaper's thread
   */
  static Watch watchRegion(Object region, Mapping mapping, Runnable collected) {
    return link(new Watch(region, collected, mapping));
  }

  private static Watch link(Watch watch) {
    synchronized (LIST) {
      watch.next = LIST.next;
      watch.previous = LIST;
      LIST.next.previous = watch;
      LIST.next = watch;
      count++;
    }
    return watch;
  }

  /** Returns how many regions are open and views reachable: not fewer than ranges are mapped. */
  static int watched() {
    return count;
  }

  /** Returns the mappings of the regions that are watched, the oldest first. */
  static List<Mapping> regions() {
    List<Mapping> regions = new ArrayList<>();
    synchronized (LIST) {
      for (Watch watch = LIST.previous; watch != LIST; watch = watch.previous) {
        if (watch.region != null) {
          regions.add(watch.region);
        }
      }
    }
    return regions;
  }

  private static void run() {
    while (true) {
      try {
        reap((Watch) QUEUE.remove());
        reapAtOnce();
        guarded(Tombstones::giveBack);
      } catch (InterruptedException e) {
        // Nobody has a reason to. Going on is right: or every range from here on would be lost.
      }
    }
  }

  private static void reapAtOnce() {
    for (int i = 1; i < BATCH; i++) {
      Watch watch = (Watch) QUEUE.poll();
      if (watch == null) {
        return;
      }
      reap(watch);
    }
  }

  private static void reap(Watch watch) {
    if (watch.unlink()) { // else it was cancelled
      guarded(watch.collected);
    }
  }

  /** Whatever happens, for example no memory for a moment, this thread has to go on. */
  private static void guarded(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
  }
}
