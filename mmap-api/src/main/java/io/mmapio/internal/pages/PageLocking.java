// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallTotals;

/** Locks pages in memory. Ranges are rounded outwards. */
public final class PageLocking {
  private PageLocking() {}

  /**
   * Keeps pages in memory.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS reports an error
   */
  public static void lock(Mapping mapping, long offset, long length) throws MmapException {
    AccessRules.requirePages(mapping, false, "locked");
    long bytes = mapping.geometry().span(offset, length);
    long start = mapping.geometry().start(offset);
    long result = mapping.calling(() -> bytes == 0 ? 0 : mapping.os.lock(start, bytes));
    mapping.check("lock", result, offset, length);
    CallTotals.add(CallTotals.Kind.LOCK, bytes);
  }

  /**
   * Ends the effect of {@link #lock}.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS reports an error
   */
  public static void unlock(Mapping mapping, long offset, long length) throws MmapException {
    long bytes = mapping.geometry().span(offset, length);
    long start = mapping.geometry().start(offset);
    long result = mapping.calling(() -> bytes == 0 ? 0 : mapping.os.unlock(start, bytes));
    mapping.check("unlock", result, offset, length);
  }
}
