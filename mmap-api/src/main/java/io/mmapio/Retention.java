// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** How long a {@link Budget} keeps the pages of a range in memory. */
public enum Retention {
  /** These pages go first, even those that were touched a moment ago. */
  COLD,

  /**
   * These pages go when no COLD ones are left. Pages that were touched lately stay longest where
   * the platform tells which these are: see {@link Feature#RECENCY}.
   */
  CACHED,

  /**
   * The budget does not drop these pages. They count: if they alone are more than the budget,
   * nothing else stays, and the limit is exceeded. The operating system may still drop them when
   * memory is short, unless they are locked: see {@link Pages#lock()}.
   */
  PINNED
}
