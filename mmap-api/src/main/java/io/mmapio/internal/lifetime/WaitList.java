// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The waits of a region that are in progress in this process. A wait is entered before it checks
 * whether the region is open, and closing marks the region before it reads the list. So at least
 * one of the two sees the other.
 */
public final class WaitList {
  /** A wait in progress. */
  public interface Wait {
    /** Makes the wait check soon whether it may continue. May come too early, so repeat it. */
    void hurry();
  }

  private volatile @Nullable Set<Wait> waits; // most regions have none

  public void add(Wait wait) {
    Set<Wait> all = waits;
    if (all == null) {
      all = create();
    }
    all.add(wait);
  }

  private synchronized Set<Wait> create() {
    Set<Wait> all = waits;
    if (all == null) {
      all = ConcurrentHashMap.newKeySet();
      waits = all;
    }
    return all;
  }

  public void remove(Wait wait) {
    all().remove(wait);
  }

  /** Returns the waits in progress; waits may begin and end meanwhile. */
  public Set<Wait> all() {
    Set<Wait> all = waits;
    return all == null ? Set.of() : all;
  }

  /** Hurries all waits, and tells whether there are any. */
  public boolean hurry() {
    Set<Wait> all = all();
    for (Wait wait : all) {
      wait.hurry();
    }
    return !all.isEmpty();
  }
}
