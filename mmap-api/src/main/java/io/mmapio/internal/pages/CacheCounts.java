// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Access;
import io.mmapio.CacheState;
import io.mmapio.MmapException;
import io.mmapio.internal.backend.OsErrors;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.Source;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** Counts pages of the file cache. Ranges are rounded outwards. */
public final class CacheCounts {
  /** More than any file has. */
  private static final long WHOLE_FILE = Long.MAX_VALUE;

  private CacheCounts() {}

  /**
   * Counts the pages of the file in a range of the region.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return the counts, or nothing if the OS does not provide them
   * @throws MmapException if the OS reports an error
   */
  public static Optional<CacheState> cacheState(Mapping mapping, long offset, long length)
      throws MmapException {
    if (mapping.handle() == MmapBackend.NO_HANDLE) {
      mapping.requireOpen();
      return Optional.empty();
    }
    long[] sums = new long[MmapBackend.CACHE_COUNTS];
    long start = mapping.geometry().start(offset);
    long bytes = mapping.geometry().span(offset, length);
    return areCounted(mapping, start, bytes, sums) ? Optional.of(state(sums)) : Optional.empty();
  }

  /**
   * Counts the pages of the file that are mapped in a range of addresses.
   *
   * @param mapping of the region, of a file
   * @param start of the range
   * @param bytes of the range
   * @param sums receives the counts
   * @return whether the OS provides them
   * @throws MmapException if the OS reports an error
   */
  static boolean areCounted(Mapping mapping, long start, long bytes, long[] sums)
      throws MmapException {
    long[] counts = new long[MmapBackend.CACHE_COUNTS];
    Arrays.fill(sums, 0);
    long result =
        FileCall.over(
            mapping,
            start,
            bytes,
            (at, some, in) -> {
              long one = mapping.os.cacheState(mapping.handle(), in, some, counts);
              for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
              }
              return one;
            });
    if (isMissing(mapping.errors(), result)) {
      return false;
    }
    long offset = start - mapping.geometry().addressOf(0);
    mapping.check("cacheState", result, offset, bytes);
    return true;
  }

  /**
   * Counts the pages of a whole file without mapping it.
   *
   * @param os the backend
   * @param source the file
   * @return the counts, or nothing if the OS does not provide them
   * @throws IOException if the file cannot be opened, or the OS reports an error
   */
  public static Optional<CacheState> cacheState(MmapBackend os, Source source) throws IOException {
    OsErrors errors = new OsErrors(os, source, MmapBackend.NO_HANDLE);
    MapRequest request = MapRequest.of(source, Access.READ_ONLY, MapRequest.TO_THE_END);
    long handle = errors.check("open", source.open(os, request), 0, 0);
    try {
      long[] counts = new long[MmapBackend.CACHE_COUNTS];
      long result = os.cacheState(handle, 0, WHOLE_FILE, counts);
      if (isMissing(errors, result)) {
        return Optional.empty();
      }
      errors.check("cacheState", result, 0, WHOLE_FILE);
      return Optional.of(state(counts));
    } finally {
      os.release(handle);
    }
  }

  private static boolean isMissing(OsErrors errors, long result) {
    return result == MmapBackend.UNSUPPORTED || errors.isPermissionDenied(result);
  }

  private static CacheState state(long[] counts) {
    return new CacheState(counts[0], counts[1], counts[2], counts[3], counts[4]);
  }
}
