// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

/**
 * How many pages came and went between two looks.
 *
 * @param gained pages in memory that were not
 * @param lost pages that were in memory
 */
public record Movement(long gained, long lost) {
  /** Nothing moved. */
  public static final Movement NONE = new Movement(0, 0);

  /** Returns the sums. */
  public Movement plus(Movement other) {
    return new Movement(gained + other.gained, lost + other.lost);
  }

  /** Returns whether nothing moved. */
  public boolean isNone() {
    return gained == 0 && lost == 0;
  }
}
