// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.internal.mapping.Ranges;
import io.mmapio.spi.MmapBackend;

/** Drops pages of a region. Dirty ones are written back first, so that no change is lost. */
final class Dropping {
  private static final long STEP = 4L << 20; // bytes that are dropped while close() may wait

  private final Counts counts;
  private final Window window;
  private final boolean waiting;

  /**
   * Does nothing yet.
   *
   * @param waiting whether to wait until dirty pages are written; else their ranges stay this time
   */
  Dropping(Counts counts, Window window, boolean waiting) {
    this.counts = counts;
    this.window = window;
    this.waiting = waiting;
  }

  /** Starts to write dirty pages, and returns the ranges that are to be dropped now. */
  Ranges droppable(Ranges ranges) {
    Ranges now = new Ranges();
    for (int i = 0; i < ranges.count(); i++) {
      boolean dirty = window.isWritable() && isBeingWritten(ranges.from(i), ranges.to(i));
      if (waiting || !dirty) {
        now.add(ranges.from(i), ranges.to(i));
      }
    }
    return now;
  }

  private boolean isBeingWritten(long from, long to) {
    long[] found = new long[MmapBackend.CACHE_COUNTS];
    boolean counted = window.isCounted(from, to, found);
    if (!counted || found[1] == 0) {
      return counted && found[2] > 0;
    }
    // The system keeps an error until the pages are dropped, and reports it then.
    window.call(
        from,
        to,
        (address, bytes, inFile) ->
            window.mapping.os.sync(
                window.mapping.handle(), address, bytes, inFile, SyncMode.ASYNC, false));
    counts.bytesWritten.addAndGet(found[1] * window.page);
    return true;
  }

  /** Drops pages; returns the bytes that are not in memory any more. */
  long drop(Ranges ranges) throws MmapException {
    long left = 0;
    for (int i = 0; i < ranges.count(); i++) {
      for (long at = ranges.from(i); at < ranges.to(i); at = (at & -STEP) + STEP) {
        left += window.drop(at, Math.min(ranges.to(i), (at & -STEP) + STEP));
      }
    }
    return left;
  }
}
