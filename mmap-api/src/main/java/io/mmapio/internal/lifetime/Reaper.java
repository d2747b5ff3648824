// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.internal.lifetime.WatchList.Watch;
import io.mmapio.internal.system.EagerLinking;
import java.lang.ref.ReferenceQueue;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Acts when regions and views have become unreachable. Unlike {@link java.lang.ref.Cleaner}, it
 * takes everything that the garbage collector has found at once, so that neighbouring ranges are
 * unmapped together. One by one, they would cut merged mappings into pieces, up to the kernel's
 * limit and beyond.
 */
public final class Reaper {
  private static final int BATCH = 1 << 16;

  /**
   * How long to gather references: the JVM enqueues them one after another, and unmapping is not
   * urgent.
   */
  private static final long GATHERING_MILLIS = 2;

  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  private static final WatchList REGIONS = new WatchList();
  private static final WatchList ROOTS = new WatchList();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private static final HousekeepingThread THREAD =
      new HousekeepingThread("mmap-io reaper", new Work());

  private Reaper() {}

  /** Notified when its region was collected. */
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

  /** Notified when a root of views was collected. */
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
   * Watches a region. When the region is collected, its mapping is notified.
   *
   * @param region must not be held by the mapping
   * @param mapping listed until the watch is cancelled or the region is collected
   */
  public static Watch watchRegion(Object region, OfRegion mapping) {
    Watch watch = new RegionWatch(region, mapping);
    add(watch, REGIONS);
    return watch;
  }

  /**
   * Watches a root of views. When the root is collected, its reference to the addresses is
   * released.
   *
   * @param root must not be held by the addresses
   * @param addresses of its memory
   * @param writable whether the root is writable
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

  /**
   * Returns the number of open regions and reachable roots, which is at least the number of mapped
   * ranges.
   */
  public static int watched() {
    return REGIONS.size() + ROOTS.size();
  }

  /** Returns the mappings of the watched regions, the oldest first. */
  public static List<OfRegion> regions() {
    return REGIONS.all().stream()
        .map(RegionWatch.class::cast)
        .sorted(Comparator.comparingLong(watch -> watch.number))
        .map(watch -> watch.mapping)
        .toList();
  }

  /** The thread survives any failure of a step, for example a brief lack of memory. */
  private static final class Work implements HousekeepingThread.Work {
    @Override
    public boolean isNeeded() {
      return watched() > 0 || Tombstones.isAnyAbandoned();
    }

    @Override
    public boolean isBusy() {
      try {
        loadClasses();
        Watch first = (Watch) QUEUE.remove(HousekeepingThread.PATIENCE_MILLIS);
        if (first != null) {
          Thread.sleep(GATHERING_MILLIS);
          reapAll(first);
        }
        unmap();
        return first != null;
      } catch (InterruptedException e) {
        return true; // Nobody has a reason to. Going on is right: or ranges would never come back.
      }
    }

    private static void loadClasses() {
      try {
        EagerLinking.loadPending();
      } catch (RuntimeException | Error e) {
        report(e);
      }
    }

    private static void unmap() {
      try {
        Tombstones.giveBack();
      } catch (RuntimeException | Error e) {
        report(e);
      }
    }

    private static void reapAll(Watch first) {
      Watch watch = first;
      for (int i = 0; i < BATCH && watch != null; i++) {
        if (watch.found()) {
          reap(watch);
        }
        watch = (Watch) QUEUE.poll();
      }
    }

    private static void reap(Watch watch) {
      try {
        watch.collected();
      } catch (RuntimeException | Error e) {
        report(e);
      }
    }

    private static void report(Throwable failure) {
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, failure);
    }
  }
}
