// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import java.util.Arrays;

/** Ranges in ascending order, of pages or of bytes, none of which touches another. */
public final class Ranges {
  private long[] bounds = new long[16]; // start of the first, its end, start of the next, ...
  private int length;

  public boolean isEmpty() {
    return length == 0;
  }

  public int count() {
    return length / 2;
  }

  /** Where a range begins. */
  public long from(int index) {
    return bounds[2 * index];
  }

  /** Where a range ends: behind the last that is in it. */
  public long to(int index) {
    return bounds[2 * index + 1];
  }

  /** Adds a range that does not begin before the last one. The two become one if they touch. */
  public void add(long from, long to) {
    if (length > 0 && from <= bounds[length - 1]) {
      bounds[length - 1] = Math.max(bounds[length - 1], to);
      return;
    }
    if (length == bounds.length) {
      bounds = Arrays.copyOf(bounds, 2 * length);
    }
    bounds[length] = from;
    bounds[length + 1] = to;
    length += 2;
  }

  /** Adds a range if it begins where the last one ends, and tells whether it does. */
  public boolean extend(long from, long to) {
    boolean follows = length > 0 && bounds[length - 1] == from;
    if (follows) {
      bounds[length - 1] = to;
    }
    return follows;
  }

  /** What is in one or the other. */
  static Ranges union(Ranges one, Ranges other) {
    Ranges all = new Ranges();
    int i = 0;
    int j = 0;
    while (i < one.count() || j < other.count()) {
      boolean fromOne = j == other.count() || (i < one.count() && one.from(i) <= other.from(j));
      Ranges next = fromOne ? one : other;
      int index = fromOne ? i++ : j++;
      all.add(next.from(index), next.to(index));
    }
    return all;
  }
}
