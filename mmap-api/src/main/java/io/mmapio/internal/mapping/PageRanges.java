// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import java.util.Arrays;

/** Ranges of pages in their order, none of which touches another. */
final class PageRanges {
  private long[] bounds =
      new long[16]; // first page, first page behind, first page of the next, ...
  private int length;

  int count() {
    return length / 2;
  }

  long first(int index) {
    return bounds[2 * index];
  }

  long end(int index) {
    return bounds[2 * index + 1];
  }

  /** Adds a range that does not begin before the last one. */
  void add(long first, long end) {
    if (length > 0 && first <= bounds[length - 1]) {
      bounds[length - 1] = Math.max(bounds[length - 1], end);
      return;
    }
    if (length == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * length);
    }
    bounds[length] = first;
    bounds[length + 1] = end;
    length += 2;
  }

  /** The pages that are in one or the other. */
  static PageRanges union(PageRanges one, PageRanges other) {
    PageRanges all = new PageRanges();
    int i = 0;
    int j = 0;
    while (i < one.count() || j < other.count()) {
      boolean fromOne = j == other.count() || (i < one.count() && one.first(i) <= other.first(j));
      PageRanges next = fromOne ? one : other;
      int index = fromOne ? i++ : j++;
      all.add(next.first(index), next.end(index));
    }
    return all;
  }
}
