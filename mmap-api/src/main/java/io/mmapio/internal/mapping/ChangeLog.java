// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * When the pages of a region changed last. Time is a number that every mark increments. One number
 * for each page is enough for any number of marks: a page changed since a mark if its last change
 * is not older.
 *
 * <p>Memory is in proportion to the pages that changed. The numbers are kept in pieces of {@value
 * #PAGES} pages; a piece whose pages changed together has one number. Only {@value #MOST_DETAILED}
 * pieces, which is 64 MiB, have a number for each page. In further pieces, all pages count as
 * changed when one of them does.
 */
final class ChangeLog {
  static final int PAGES = 512;
  static final int MOST_DETAILED = 1 << 14;

  /** Neighbouring pages. */
  private static final class Piece {
    private long newest;

    /** For each page, zero for never; null if all changed when the newest did. */
    private long @Nullable [] moments;
  }

  private final TreeMap<Long, Piece> pieces = new TreeMap<>();
  private final int mostDetailed;
  private int detailed;
  private long now = 1;
  private long everything; // when all pages had to be taken for changed; zero for never

  ChangeLog() {
    this(MOST_DETAILED);
  }

  ChangeLog(int mostDetailed) {
    this.mostDetailed = mostDetailed;
  }

  /** Begins the next moment: what is added from now on is not older. */
  synchronized long next() {
    return ++now;
  }

  /** Takes every page for changed now. Needs no memory. */
  synchronized void addEverything() {
    everything = now;
  }

  /** Notes that pages have changed. If there is no memory for it, all pages count as changed. */
  synchronized void add(long first, long end) {
    boolean done = false;
    try {
      for (long page = first; page < end; ) {
        long index = page / PAGES;
        long next = Math.min(end, (index + 1) * PAGES);
        add(index, (int) (page - index * PAGES), (int) (next - index * PAGES));
        page = next;
      }
      done = true;
    } finally {
      if (!done) {
        addEverything();
      }
    }
  }

  private void add(long index, int from, int to) {
    Piece piece = pieces.get(index);
    if (piece == null) {
      piece = new Piece();
      pieces.put(index, piece);
    }
    boolean whole = to - from == PAGES;
    if (!whole && piece.moments == null && detailed < mostDetailed) {
      piece.moments = new long[PAGES];
      Arrays.fill(piece.moments, piece.newest);
      detailed++;
    } else if (whole && piece.moments != null) {
      piece.moments = null;
      detailed--;
    }
    if (piece.moments != null) {
      Arrays.fill(piece.moments, from, to, now);
    }
    piece.newest = now;
  }

  /**
   * Finds the pages that have changed since a moment.
   *
   * @param pages how many there are
   */
  synchronized Ranges since(long moment, long pages) {
    Ranges found = new Ranges();
    if (everything >= moment) {
      found.add(0, pages);
      return found;
    }
    for (Map.Entry<Long, Piece> entry : pieces.entrySet()) {
      Piece piece = entry.getValue();
      if (piece.newest >= moment) {
        addSince(moment, entry.getKey() * PAGES, piece.moments, found);
      }
    }
    return found;
  }

  private static void addSince(long moment, long first, long @Nullable [] moments, Ranges found) {
    if (moments == null) {
      found.add(first, first + PAGES);
      return;
    }
    for (int i = 0; i < PAGES; i++) {
      if (moments[i] >= moment) {
        found.add(first + i, first + i + 1);
      }
    }
  }
}
