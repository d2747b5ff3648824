// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

/**
 * Where the bytes of a region lie in whole pages.
 *
 * <pre>
 *   address         address + lead                  end of a page        end of the addresses
 *   | lead: hidden  | size: what the user sees      | rest: hidden | reserved, to grow into |
 * </pre>
 *
 * @param address of the first page, zero if nothing is mapped; the lead is then zero too
 * @param lead bytes between it and the region, less than the OS's unit of mapping
 * @param pageSize of the OS
 * @param unit what the pages of this region are the size of: larger if they are huge
 */
public record PageGeometry(long address, long lead, long pageSize, long unit) {
  /** Where a byte of the region lies. */
  public long addressOf(long offset) {
    return address + lead + offset;
  }

  /** Where the first page of a range begins. */
  public long start(long offset) {
    return addressOf(offset) & -pageSize;
  }

  /** From there to where its last page ends. */
  public long span(long offset, long length) {
    if (length == 0) {
      return 0;
    }
    long end = (addressOf(offset) + length + pageSize - 1) & -pageSize;
    return end - start(offset);
  }

  /** How many bytes of addresses a size takes, whole pages. */
  public long mapped(long size) {
    return size == 0 ? 0 : (lead + size + unit - 1) & -unit;
  }
}
