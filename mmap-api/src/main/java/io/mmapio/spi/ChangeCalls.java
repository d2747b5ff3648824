// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

/**
 * The calls of a backend that tell which pages were written. The rules of {@link MmapBackend}
 * apply. A backend without them inherits methods that return {@link MmapBackend#UNSUPPORTED}.
 *
 * <p>Two methods fill an array with ranges of pages: the address of the first range, its length,
 * the address of the second, and so on, in the order of the addresses. The last element of the
 * array receives the address up to which the pages were examined; if this is not the end of the
 * range that was asked for, the array is full, or the backend stopped early, and the caller asks
 * again from there. The array has at least 3 elements, at most {@link MmapBackend#CHANGE_ELEMENTS},
 * and an odd number of them.
 */
public interface ChangeCalls {
  /**
   * Tells which pages of a private mapping (anonymous, or COPY_ON_WRITE) this process has changed.
   * Pages that were not changed may be reported, too: for example all pages of a mapping whose
   * writes are {@linkplain #trackWrites tracked}. A page that was changed is never missing.
   *
   * @param address start of the range
   * @param length of the range
   * @param ranges receives the ranges, see {@link ChangeCalls}
   * @return the number of ranges; {@link MmapBackend#UNSUPPORTED} if the OS does not tell, or not
   *     in this sandbox; or minus the error
   */
  default long privatePages(long address, long length, long[] ranges) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Starts to track which pages of a mapping are written by this process at these addresses. No
   * page counts as written at first.
   *
   * @param address start of the range
   * @param length of the range
   * @return a tracker, zero or more, to be ended by {@link #untrack}; {@link
   *     MmapBackend#UNSUPPORTED} if the OS, the sandbox or the mapping has no such thing; or minus
   *     the error
   */
  default long trackWrites(long address, long length) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Has a tracker track a range that was mapped later, or one that it tracks already. No page of
   * the range counts as written afterwards.
   *
   * @param tracker from {@link #trackWrites}
   * @param address start of the range
   * @param length of the range
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  default long trackMore(long tracker, long address, long length) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Tells which pages of a tracked range were written. A page that was only read is not reported,
   * but for one whose contents the OS had to fetch in another way. A page that was written is never
   * missing, also if the OS has written it to its file meanwhile, or dropped it from memory.
   *
   * @param address start of the range
   * @param length of the range; all of it is tracked
   * @param reset whether the pages that are reported count as not written from then on. This is
   *     done in one step for each page: a store is reported by this call or by the next one
   * @param ranges receives the ranges, see {@link ChangeCalls}
   * @return the number of ranges, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  default long written(long address, long length, boolean reset, long[] ranges) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Ends a tracker. Its ranges may be mapped still.
   *
   * @param tracker from {@link #trackWrites}
   * @return zero or minus the error
   */
  default long untrack(long tracker) {
    return MmapBackend.UNSUPPORTED;
  }
}
