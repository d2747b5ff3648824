// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.ByteRange;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** What the tests of marks share: pages by their numbers. */
final class ChangedPages {
  static final int PAGE = Math.toIntExact(Mmap.pageSize());

  private ChangedPages() {}

  static void assumeTracking() {
    Assumptions.assumeTrue(Feature.CHANGE_TRACKING.isSupported(), "stores are not tracked here");
  }

  /** The pages of ranges that are whole pages, in their order, without one that touches another. */
  static Set<Integer> of(List<ByteRange> ranges, long size) {
    Set<Integer> pages = new TreeSet<>();
    long end = -1;
    for (ByteRange range : ranges) {
      boolean whole =
          range.offset() % PAGE == 0 && (range.end() % PAGE == 0 || range.end() == size);
      if (!whole || range.length() <= 0 || range.offset() <= end || range.end() > size) {
        throw new AssertionError(ranges + " of " + size);
      }
      end = range.end();
      for (long at = range.offset(); at < end; at += PAGE) {
        pages.add((int) (at / PAGE));
      }
    }
    return pages;
  }

  /** Stores one byte to each of some pages. */
  static void store(MappedRegion region, int... pages) {
    for (int page : pages) {
      ByteBuffer byteOfPage = region.buffer((long) page * PAGE + 3, 1);
      byteOfPage.put(0, (byte) (byteOfPage.get(0) + 1));
    }
  }
}
