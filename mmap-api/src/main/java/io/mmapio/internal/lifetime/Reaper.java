// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.internal.lifetime.WatchList.Watch;
import java.lang.ref.ReferenceQueue;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Learns which regions and views nobody can reach any more. Like {@link java.lang.ref.Cleaner}, but
 * it takes what the collector found in one go, so that neighbouring ranges are given back together:
 * one by one they would cut merged mappings into pieces, up to the kernel's limit and beyond.
 */
public final class Reaper {
  private static final int BATCH = 1 << 16;

  /** The JVM hands over one reference after another, and nobody is in a hurry: time to gather. */
  private static final long GATHERING_MILLIS = 2;

  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final WatchList REGIONS = new WatchList();
  private static final WatchList ROOTS = new WatchList();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private static final HousekeepingThread THREAD =
      new HousekeepingThread("mmap-io reaper", Reaper::reap, Reaper::isNeeded);

  private Reaper() {}

  /** What is told that its region was collected. */
  public interface OfRegion {
    /** Runs once, on the reaper's thread. Does not run after the watch was cancelled. */
    void collected();
  }

  private static final class RegionWatch extends Watch {
    private final OfRegion mapping;
    private final long number = NUMBERS.getAndIncrement();

    RegionWatch(Object region, OfRegion mapping) {
      super(region, QUEUE, REGIONS);
      this.mapping = mapping;
    }

    @Override
    void collected() {
      mapping.collected();
    }
  }

  /** Tells that a root of views was collected. */
  @FunctionalInterface
  public interface OfRoot {
    /** Runs once, on the reaper's thread. */
    void collected(boolean writable);
  }

  private static final class RootWatch extends Watch {
    private final OfRoot addresses;
    private final boolean writable;

    RootWatch(Object root, OfRoot addresses, boolean writable) {
      super(root, QUEUE, ROOTS);
      this.addresses = addresses;
      this.writable = writable;
    }

    @Override
    void collected() {
      addresses.collected(writable);
    }
  }

  /**
   * Watches a region: when it is collected, its mapping is told.
   *
   * @param region the mapping must not hold it
   * @param mapping listed until the watch is cancelled or the region collected
   */
  public static Watch watchRegion(Object region, OfRegion mapping) {
    Watch watch = new RegionWatch(region, mapping);
    add(watch, REGIONS);
    return watch;
  }

  /**
   * Watches a root of views: when it is collected, the addresses have one holder less.
   *
   * @param root the addresses must not hold it
   * @param addresses of its memory
   * @param writable whether the root is
   */
  public static void watchRoot(Object root, OfRoot addresses, boolean writable) {
    add(new RootWatch(root, addresses, writable), ROOTS);
  }

  private static void add(Watch watch, WatchList list) {
    list.add(watch);
    boolean running = false;
    try {
      THREAD.wake();
      running = true;
    } finally {
      if (!running) {
        watch.cancel(); // no memory for a thread: the caller fails, and has given nothing away
      }
    }
  }

  private static boolean isNeeded() {
    return watched() > 0 || Tombstones.isAnyAbandoned();
  }

  /** Returns how many regions are open and views reachable: not fewer than ranges are mapped. */
  public static int watched() {
    return REGIONS.size() + ROOTS.size();
  }

  /** Returns the mappings of the regions that are watched, the oldest first. */
  public static List<OfRegion> regions() {
    return REGIONS.all().stream()
        .map(RegionWatch.class::cast)
        .sorted(Comparator.comparingLong(watch -> watch.number))
        .map(watch -> watch.mapping)
        .toList();
  }

  private static boolean reap() {
    try {
      Watch first = (Watch) QUEUE.remove(HousekeepingThread.PATIENCE_MILLIS);
      if (first != null) {
        Thread.sleep(GATHERING_MILLIS);
        reapAll(first);
      }
      guarded(Tombstones::giveBack);
      return first != null;
    } catch (InterruptedException e) {
      return true; // Nobody has a reason to. Going on is right: or ranges would never come back.
    }
  }

  private static void reapAll(Watch first) {
    Watch watch = first;
    for (int i = 0; i < BATCH && watch != null; i++) {
      if (watch.found()) {
        guarded(watch::collected);
      }
      watch = (Watch) QUEUE.poll();
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
