// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.MmapException;
import io.mmapio.Retention;
import io.mmapio.internal.mapping.Mapping;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/** A region in a pool. Does not keep the region or its mapping alive. */
final class Member {
  final Pool pool;
  final Classes classes = new Classes();
  private final WeakReference<Mapping> mapping;

  // Used by one round at a time:
  long hand; // where CLOCK goes on; an offset in the file
  private boolean reported;

  private volatile boolean removed;

  Member(Pool pool, Mapping mapping) {
    this.pool = pool;
    this.mapping = new WeakReference<>(mapping);
  }

  void remove() {
    removed = true;
  }

  /** Returns the region's pages; null if the region is closed or was removed. */
  @Nullable Window window() {
    Mapping open = mapping.get();
    return open == null || removed || !open.isOpen() ? null : new Window(open);
  }

  boolean is(Mapping other) {
    return mapping.get() == other;
  }

  /** Gives a range of the region a class. */
  void classify(Mapping open, long offset, long length, Retention retention) {
    long page = open.os.pageSize();
    for (long at = offset, left = length; left > 0; ) {
      long some = open.withinHalf(at, left);
      long inFile = open.inFile(at);
      classes.set(inFile & -page, (inFile + some + page - 1) & -page, retention);
      at += some;
      left -= some;
    }
  }

  /** Logs the first failure. */
  void report(Window window, MmapException e) {
    if (!reported) {
      reported = true;
      System.getLogger("io.mmapio")
          .log(
              System.Logger.Level.WARNING,
              "a budget cannot drop pages of " + window.mapping.describe(),
              e);
    }
  }
}
