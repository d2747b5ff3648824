// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;

/** Counts pages of the file cache. Ranges are rounded outwards. */
public final class CacheCounts {
  private CacheCounts() {}

  /**
   * Counts the pages of the file in a range of the region.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return the counts of {@link io.mmapio.spi.FileCalls#cacheState}, or an empty array if the OS
   *     does not provide them
   * @throws MmapException if the OS reports an error
   */
  public static long[] cacheState(Mapping mapping, long offset, long length) throws MmapException {
    long[] sums = new long[MmapBackend.CACHE_COUNTS];
    long[] counts = new long[MmapBackend.CACHE_COUNTS];
    if (mapping.handle() == MmapBackend.NO_HANDLE) {
      mapping.requireOpen();
      return new long[0];
    }
    long result =
        FileCall.overPages(
            mapping,
            offset,
            length,
            (at, some, in) -> {
              long one = mapping.os.cacheState(mapping.handle(), in, some, counts);
              for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
              }
              return one;
            });
    if (result == MmapBackend.UNSUPPORTED || mapping.errors().isPermissionDenied(result)) {
      return new long[0];
    }
    mapping.check("cacheState", result, offset, length);
    return sums;
  }
}
