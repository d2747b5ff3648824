// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import java.util.Comparator;
import java.util.function.ToDoubleFunction;

/** What rows are sorted by: the largest first, names from A to Z. */
public enum SortKey {
  /** Pages in memory. */
  resident(Counts::resident),
  /** Bytes. */
  size(Counts::bytes),
  /** Share in memory. */
  share(counts -> Double.isNaN(counts.share()) ? -1 : counts.share()),
  /** Dirty pages. */
  dirty(Counts::dirty),
  /** Evicted pages. */
  evicted(Counts::evicted),
  /** Names. */
  name(counts -> 0),
  /** As they come: nothing is kept, and all are shown. */
  none(counts -> 0);

  @SuppressWarnings("ImmutableEnumChecker") // functions without a state
  private final ToDoubleFunction<Counts> value;

  SortKey(ToDoubleFunction<Counts> value) {
    this.value = value;
  }

  /** Returns what rows are ordered by. */
  public Comparator<Row> order() {
    Comparator<Row> byValue =
        Comparator.comparingDouble((Row row) -> value.applyAsDouble(row.counts())).reversed();
    return byValue.thenComparing(Row::path);
  }
}
