// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * A moment in the life of a region, for {@link MappedRegion#changedSince}. Made by {@link
 * MappedRegion#mark}. A mark needs no closing, holds no memory of its region, and may be dropped or
 * kept as long as one likes. Threads may share it.
 */
public final class ChangeMark {
  private final Object owner;
  private final long moment;

  ChangeMark(Object owner, long moment) {
    this.owner = owner;
    this.moment = moment;
  }

  boolean isOf(Object other) {
    return owner == other;
  }

  long moment() {
    return moment;
  }

  @Override
  public String toString() {
    return "ChangeMark[" + moment + "]";
  }
}
