// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

/** What becomes of a region whose view is used further. */
enum Fate {
  KEPT(false, false),
  CLOSED(true, false),
  DROPPED(false, true),
  CLOSED_AND_DROPPED(true, true);

  /** Whether the region is closed: then its views are zeros of their own. */
  final boolean closed;

  /** Whether nothing holds the region any more: the collector takes it. */
  final boolean dropped;

  Fate(boolean closed, boolean dropped) {
    this.closed = closed;
    this.dropped = dropped;
  }
}
