// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.MmapException;

/**
 * Fetches parts of a file before they are read. While everything that is asked for is in memory
 * already, fewer and fewer requests reach the operating system.
 */
final class Prefetching {
  private static final int MOST_SKIPPED = 1 << 10;

  private final MappedRegion region;

  // Races of these two cost a call more or less.
  private int toSkip;
  private int skippedAtLast;

  Prefetching(MappedRegion region) {
    this.region = region;
  }

  AdviceOutcome fetch(long offset, long length) throws MmapException {
    if (toSkip > 0) {
      toSkip--;
      return AdviceOutcome.IGNORED;
    }
    if (region.isResident(offset, length)) {
      skippedAtLast = Math.min(MOST_SKIPPED, 2 * skippedAtLast + 1);
      toSkip = skippedAtLast;
      return AdviceOutcome.IGNORED;
    }
    skippedAtLast = 0;
    return region.advise(offset, length, Advice.WILLNEED);
  }
}
