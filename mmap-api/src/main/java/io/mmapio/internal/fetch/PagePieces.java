// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.fetch;

import io.mmapio.internal.mapping.PageGeometry;

/** The pages that ranges of a region touch, in their order and piece by piece. */
final class PagePieces {
  private final PageGeometry geometry;
  private final long[] offsets;
  private final long length;
  private int range; // the index of the next
  private long done; // bytes of it
  private long address;
  private long bytes;

  /**
   * Starts before the first piece.
   *
   * @param geometry of the region
   * @param offsets of the ranges, not changed by anybody
   * @param length of each range
   */
  PagePieces(PageGeometry geometry, long[] offsets, long length) {
    this.geometry = geometry;
    this.offsets = offsets;
    this.length = length;
  }

  /**
   * Goes to the next piece.
   *
   * @param most bytes of the piece, whole pages
   * @return false if there is none
   */
  boolean next(long most) {
    while (range < offsets.length) {
      long left = geometry.span(offsets[range], length) - done;
      if (left > 0) {
        address = geometry.start(offsets[range]) + done;
        bytes = Math.min(most, left);
        done += bytes;
        return true;
      }
      range++;
      done = 0;
    }
    return false;
  }

  /** Returns the address of the first page of the piece. */
  long address() {
    return address;
  }

  /** Returns the bytes in the pages of the piece. */
  long bytes() {
    return bytes;
  }
}
