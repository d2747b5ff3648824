// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Views of every kind that are kept while their region, and others after it, come and go on one
 * file; and what each must show.
 */
final class KeptViews {
  private static final int MOST = 6;

  private final Deque<Kept> views = new ArrayDeque<>();
  private final int capacity;
  private boolean lost;

  KeptViews(int capacity) {
    this.capacity = capacity;
  }

  /** A view, and whose it is. */
  private static final class Kept {
    final HeldView view;
    boolean ofThisRegion = true;
    byte[] tombstone; // of its region, null unless that is closed
    int mapped; // bytes of the file under it when its region was dropped: the rest is zeros for

    // good

    Kept(HeldView view) {
      this.view = view;
    }

    /**
     * Bytes that are the file's, whose region may have been another and may have made it shorter.
     */
    int limit(byte[] file) {
      if (tombstone != null) {
        return view.length;
      }
      int end = ofThisRegion ? file.length : Math.min(file.length, mapped);
      int limit = Math.max(0, Math.min(view.length, end - view.offset));
      return limit == view.length ? limit : limit & -Long.BYTES; // a long may begin before the end
    }

    void compare(byte[] file) {
      // Only the region that shrinks puts zeros there for its views.
      int limit = ofThisRegion ? view.length : limit(file);
      view.requireContent(tombstone == null ? file : tombstone, limit);
    }
  }

  /** Keeps one more view of the region, and the last few of before. */
  void keep(MappedRegion region, int number, int from, int length) {
    List<ViewKind> kinds = ViewKind.all();
    if (views.size() == MOST) {
      views.remove();
    }
    views.add(new Kept(kinds.get(number % kinds.size()).of(region, from, length)));
  }

  /** Writes through one of the views what the file, or the tombstone, must then have. */
  void write(double which, double from, double length, byte value, byte[] file) {
    if (views.isEmpty()) {
      return;
    }
    Kept kept = List.copyOf(views).get((int) (which * (views.size() - 1)));
    if (kept.view.isWritable()) {
      int limit = kept.limit(file);
      int first = (int) (from * limit);
      int end = first + (int) (length * (limit - first));
      for (int i = first; i < end; i++) {
        kept.view.put(i, value);
      }
      if (first < end) { // or else it may begin where the file no longer is
        byte[] memory = kept.tombstone == null ? file : kept.tombstone;
        Arrays.fill(memory, kept.view.offset + first, kept.view.offset + end, value);
      }
    }
  }

  /** The region was closed: its views are zeros that they share. */
  void regionClosed() {
    byte[] tombstone = new byte[capacity];
    for (Kept kept : views) {
      kept.tombstone = kept.ofThisRegion ? tombstone : kept.tombstone;
    }
    regionDropped(capacity);
  }

  /** The region is left to the collector: its views are the file as before, as far as it was. */
  void regionDropped(int size) {
    for (Kept kept : views) {
      kept.mapped = kept.ofThisRegion ? size : kept.mapped;
      kept.ofThisRegion = false;
    }
    lost = true;
  }

  /** Whether there are views of a region that was lost since this was last asked. */
  boolean outliveAnotherRegion() {
    boolean outlive = lost && views.stream().anyMatch(kept -> !kept.ofThisRegion);
    lost = false;
    return outlive;
  }

  void compare(byte[] file) {
    views.forEach(kept -> kept.compare(file));
  }

  void drop() {
    views.clear();
  }
}
