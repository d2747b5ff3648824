// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import io.mmapio.spi.MmapBackend;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The address ranges that closed regions still hold because views of them were reachable. This
 * class counts them, unmaps them, and asks for a garbage collection when address space has run out.
 */
public final class Tombstones {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Object LOCK = new Object();
  private static final AtomicLong COUNT = new AtomicLong();
  private static final AtomicLong BYTES = new AtomicLong();
  private static List<Range> abandoned = new ArrayList<>();

  private Tombstones() {}

  /** A range of whole pages, left by one or more regions. */
  private record Range(MmapBackend os, long address, long length, int regions) {
    long end() {
      return address + length;
    }

    Range and(Range next) {
      return new Range(os, address, length + next.length, regions + next.regions);
    }
  }

  /** Counts a new tombstone of a closed region. */
  public static void added(long length) {
    COUNT.incrementAndGet();
    BYTES.addAndGet(length);
  }

  /** Adds a range whose last view is gone, for {@link #giveBack} to unmap. */
  public static void abandoned(MmapBackend os, long address, long length) {
    synchronized (LOCK) {
      abandoned.add(new Range(os, address, length, 1));
    }
  }

  /** Tells whether {@link #giveBack} has a range to unmap. */
  public static boolean isAnyAbandoned() {
    synchronized (LOCK) {
      return !abandoned.isEmpty();
    }
  }

  /**
   * Unmaps the abandoned ranges, neighbours in one call. Cutting a piece out of the middle of
   * merged mappings can fail because no mapping is left; the piece is then tried again with the
   * next ones.
   */
  public static void giveBack() {
    List<Range> left;
    synchronized (LOCK) {
      if (abandoned.isEmpty()) {
        return;
      }
      left = abandoned;
      abandoned = new ArrayList<>();
    }
    try {
      left = merged(left);
      left.removeIf(Tombstones::unmap);
    } finally {
      synchronized (LOCK) {
        abandoned.addAll(left);
        LOCK.notifyAll();
      }
    }
  }

  private static boolean unmap(Range range) {
    if (range.os().unmap(range.address(), range.length()) < 0) {
      return false;
    }
    COUNT.addAndGet(-range.regions());
    BYTES.addAndGet(-range.length());
    return true;
  }

  private static List<Range> merged(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingLong(Range::address));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      int last = merged.size() - 1;
      Range before = last < 0 ? null : merged.get(last);
      if (before != null && before.os() == range.os() && before.end() == range.address()) {
        merged.set(last, before.and(range));
      } else {
        merged.add(range);
      }
    }
    return merged;
  }

  public static String describe() {
    return COUNT
        + " closed regions hold "
        + BYTES
        + " bytes of addresses until their last views are collected";
  }

  /**
   * Lets the garbage collector find unreachable views, as the JDK does when it cannot map, and
   * waits until ranges are unmapped.
   *
   * @return whether any range was unmapped, so that mapping may be tried again
   */
  public static boolean reclaim() {
    long before = count();
    if (before == 0) {
      return false;
    }
    System.gc();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    boolean interrupted = false;
    synchronized (LOCK) {
      long left = PATIENCE_NANOS;
      while (count() >= before && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(LOCK, left);
        } catch (InterruptedException e) {
          interrupted = true;
        }
        left = deadline - System.nanoTime();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return count() < before;
  }

  public static long bytes() {
    return BYTES.get();
  }

  public static long count() {
    return COUNT.get();
  }
}
