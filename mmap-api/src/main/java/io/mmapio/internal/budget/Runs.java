// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import java.util.Arrays;

/** Ranges in ascending order; neighbours become one. */
final class Runs {
  private long[] bounds = new long[16];
  private int length;

  void clear() {
    length = 0;
  }

  boolean isEmpty() {
    return length == 0;
  }

  void add(long from, long to) {
    if (!extend(from, to)) {
      if (length == bounds.length) {
        bounds = Arrays.copyOf(bounds, 2 * length);
      }
      bounds[length] = from;
      bounds[length + 1] = to;
      length += 2;
    }
  }

  /** Adds a range if it begins where the last one ends. */
  boolean extend(long from, long to) {
    boolean follows = length > 0 && bounds[length - 1] == from;
    if (follows) {
      bounds[length - 1] = to;
    }
    return follows;
  }

  int count() {
    return length / 2;
  }

  long from(int run) {
    return bounds[2 * run];
  }

  long to(int run) {
    return bounds[2 * run + 1];
  }
}
