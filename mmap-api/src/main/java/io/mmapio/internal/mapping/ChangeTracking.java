// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.Feature;
import io.mmapio.MmapException;
import io.mmapio.spi.MmapBackend;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pages of a region were written, and when. The OS tells which pages were stored to since it
 * was told to forget; a mark has it forget, and notes what it knew in the {@link ChangeLog}. What
 * changes bytes without a store to a mapped page is noted there by whoever does it, afterwards:
 * then a mark that was made before cannot miss it.
 *
 * <p>Marks and queries hold the lock of growing and shrinking, so that what they ask for is mapped.
 */
public final class ChangeTracking {
  /** Bytes for which a native call lasts if nothing changed. Closing waits for it. */
  private static final long STEP = 1L << 30;

  private static final long NONE = -1;

  private final Mapping mapping;
  private final Object identity = new Object();
  private final ChangeLog log = new ChangeLog();
  private volatile long tracker = NONE; // until something is mapped

  private ChangeTracking(Mapping mapping) {
    this.mapping = mapping;
  }

  /** What the marks of this region have in common. It keeps nothing alive. */
  public Object identity() {
    return identity;
  }

  /**
   * Begins a new moment. The first one starts the tracking.
   *
   * @param mapping of the region
   * @return a number for {@link #since}
   * @throws MmapException if the OS reports an error
   */
  public static long mark(Mapping mapping) throws MmapException {
    requireStores(mapping);
    synchronized (mapping) {
      mapping.requireOpen();
      ChangeTracking tracking = mapping.changes();
      if (tracking == null) {
        tracking = started(mapping);
      } else {
        tracking.reset();
      }
      return tracking.log.next();
    }
  }

  private static void requireStores(Mapping mapping) {
    mapping.requireOpen();
    Access access = mapping.request().access();
    if (access == Access.READ_ONLY || access == Access.NONE) {
      throw new UnsupportedOperationException(
          "nothing can be stored through a region that was mapped with Access."
              + access
              + ", and changes by others are not tracked: "
              + mapping.describe());
    }
  }

  private static ChangeTracking started(Mapping mapping) throws MmapException {
    ChangeTracking tracking = new ChangeTracking(mapping);
    PageGeometry geometry = mapping.geometry();
    long bytes = geometry.mapped(mapping.size());
    long result =
        mapping.calling(
            () -> {
              if (bytes == 0 && !mapping.os.supports(Feature.CHANGE_TRACKING)) {
                return MmapBackend.UNSUPPORTED;
              }
              long tracked = tracking.track(geometry.address(), bytes);
              if (tracked >= 0) {
                mapping.tracked(tracking); // within the call: closing has to find it
              }
              return tracked;
            });
    check(mapping, "mark", result);
    return tracking;
  }

  private static void check(Mapping mapping, String call, long result) throws MmapException {
    boolean unsupported = result == MmapBackend.UNSUPPORTED;
    if (unsupported && mapping.isDamaged()) {
      throw LostPages.damage(mapping, call); // its zeros, put there meanwhile, are not tracked
    }
    if (unsupported) {
      throw new UnsupportedOperationException(
          "stores cannot be tracked here: see Feature.CHANGE_TRACKING, which needs userfaultfd(2)"
              + " and /proc/self/pagemap; containers often forbid the first: "
              + mapping.describe());
    }
    mapping.check(call, result, 0, mapping.size());
  }

  /**
   * Tracks pages that were just mapped. Within a call, and under the lock of growing.
   *
   * @return zero or more, or below zero as in the SPI
   */
  long track(long address, long bytes) {
    if (bytes == 0) {
      return 0;
    }
    if (tracker >= 0) {
      return mapping.os.trackMore(tracker, address, bytes);
    }
    long made = mapping.os.trackWrites(address, bytes);
    tracker = Math.max(NONE, made);
    return made;
  }

  /** Has the OS forget, after noting what it knows. */
  private void reset() throws MmapException {
    long half = halfPages();
    scan("mark", /* reset= */ true, (from, to) -> split(from, to, half, log::add, log::add));
  }

  /**
   * Finds what has changed since a moment.
   *
   * @return ranges in their order, whole pages inside the region
   * @throws MmapException if the OS reports an error
   */
  public List<ByteRange> since(long moment) throws MmapException {
    synchronized (mapping) {
      mapping.requireOpen();
      Ranges first = new Ranges();
      Ranges second = new Ranges(); // of the second half of a mirrored region
      long half = halfPages();
      scan(
          "changedSince",
          /* reset= */ false,
          (from, to) -> split(from, to, half, first::add, second::add));
      Ranges stored = Ranges.union(first, second);
      return inBytes(Ranges.union(stored, log.since(moment, endPage())));
    }
  }

  /** Receives ranges of pages, counted from the first mapped one. */
  @FunctionalInterface
  private interface Sink {
    void add(long first, long end);
  }

  private void scan(String call, boolean reset, Sink sink) throws MmapException {
    MmapBackend os = mapping.os;
    PageGeometry geometry = mapping.geometry();
    long[] ranges = new long[MmapBackend.CHANGE_ELEMENTS];
    long end = geometry.address() + geometry.mapped(mapping.size());
    for (long at = geometry.address(); at < end; at = ranges[ranges.length - 1]) {
      long from = at;
      long bytes = Math.min(end - at, Math.max(STEP, geometry.unit()));
      long count = mapping.calling(() -> os.written(from, bytes, reset, ranges));
      check(mapping, call, count);
      for (int i = 0; i < count; i++) {
        sink.add(pageAt(ranges[2 * i]), pageBehind(ranges[2 * i] + ranges[2 * i + 1]));
      }
    }
  }

  private long pageAt(long address) {
    return (address - mapping.geometry().address()) / mapping.geometry().pageSize();
  }

  private long pageBehind(long end) {
    return pageAt(end + mapping.geometry().pageSize() - 1);
  }

  private long endPage() {
    return mapping.geometry().mapped(mapping.size()) / mapping.geometry().pageSize();
  }

  /** Pages of which a mirrored region has two; more than there are for any other. */
  private long halfPages() {
    return mapping.half() / mapping.geometry().pageSize();
  }

  /** The halves of a mirrored region are the same pages; the first half stands for both. */
  private static void split(long from, long to, long half, Sink first, Sink second) {
    if (from < half) {
      first.add(from, Math.min(to, half));
    }
    if (to > half) {
      second.add(Math.max(from, half) - half, to - half);
    }
  }

  private List<ByteRange> inBytes(Ranges pages) {
    PageGeometry geometry = mapping.geometry();
    long size = Math.min(mapping.size(), mapping.half());
    List<ByteRange> ranges = new ArrayList<>(pages.count());
    for (int i = 0; i < pages.count(); i++) {
      long from = Math.max(0, pages.from(i) * geometry.pageSize() - geometry.lead());
      long to = Math.min(size, pages.to(i) * geometry.pageSize() - geometry.lead());
      if (from < to) {
        ranges.add(new ByteRange(from, to - from));
      }
    }
    return Collections.unmodifiableList(ranges);
  }

  /** Notes that bytes were changed by another call than a store. To be called after it. */
  void changed(long address, long bytes) {
    split(pageAt(address), pageBehind(address + bytes), halfPages(), log::add, log::add);
  }

  /** Ends the tracking of a mapping that ends. No call is in progress. */
  static void end(@Nullable ChangeTracking tracking) {
    if (tracking != null && tracking.tracker >= 0) {
      tracking.mapping.os.untrack(tracking.tracker);
    }
  }
}
