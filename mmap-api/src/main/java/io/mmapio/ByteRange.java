// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/**
 * A range of bytes of a region.
 *
 * @param offset of the first byte, from the start of the region
 * @param length in bytes, over zero
 */
public record ByteRange(long offset, long length) {
  /**
   * Returns where the range ends.
   *
   * @return offset of the first byte behind the range
   */
  public long end() {
    return offset + length;
  }
}
