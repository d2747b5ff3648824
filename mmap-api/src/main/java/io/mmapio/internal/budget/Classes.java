// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.Retention;
import java.util.Map;
import java.util.TreeMap;

/** Which class each byte of a region has. May be used by several threads. */
final class Classes {
  /** Where a class begins; it reaches to the next key. */
  private final TreeMap<Long, Retention> starts = new TreeMap<>();

  Classes() {
    starts.put(Long.MIN_VALUE, Retention.CACHED);
  }

  /** Receives the ranges of one class. */
  @FunctionalInterface
  interface Ranges {
    void add(long start, long end);
  }

  /** Gives a range a class. */
  synchronized void set(long start, long end, Retention retention) {
    if (start < end) {
      Retention after = at(end);
      starts.subMap(start, end).clear();
      starts.put(start, retention);
      starts.put(end, after);
      join(end);
      join(start);
    }
  }

  /** Drops a start that changes nothing. */
  private void join(long start) {
    Map.Entry<Long, Retention> before = starts.lowerEntry(start);
    if (before != null && before.getValue() == starts.get(start)) {
      starts.remove(start);
    }
  }

  synchronized Retention at(long offset) {
    return starts.floorEntry(offset).getValue();
  }

  /** Returns the first offset after this one where another class begins; MAX_VALUE if none does. */
  synchronized long next(long offset) {
    Long next = starts.higherKey(offset);
    return next == null ? Long.MAX_VALUE : next;
  }

  /** Tells whether all bytes have one class. */
  synchronized boolean isUniform() {
    return starts.size() == 1;
  }

  synchronized boolean has(Retention retention) {
    return starts.containsValue(retention);
  }

  /** Passes on the parts of a range that have a class. */
  void forEach(long start, long end, Retention retention, Ranges ranges) {
    for (long at = start; at < end; ) {
      long next = Math.min(end, next(at));
      if (at(at) == retention) {
        ranges.add(at, next);
      }
      at = next;
    }
  }
}
