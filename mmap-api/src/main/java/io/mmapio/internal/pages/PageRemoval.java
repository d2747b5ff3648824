// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallTotals;

/** Throws away contents of pages. Ranges are rounded inwards, to whole pages. */
public final class PageRemoval {
  private PageRemoval() {}

  /**
   * Throws away what was written to private pages.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return bytes in the pages that were discarded
   * @throws MmapException if the OS reports an error
   */
  public static long discard(Mapping mapping, long offset, long length) throws MmapException {
    if (mapping.isShared()) {
      throw new UnsupportedOperationException(
          "what was written to a shared file is the file's: punchHole() removes it, evict() only"
              + " drops it from memory: "
              + mapping.describe());
    }
    AccessRules.requirePages(mapping, true, "discarded");
    return remove(
        mapping,
        CallTotals.Kind.DISCARD,
        offset,
        length,
        mapping.geometry().unit(),
        (at, some, in) -> {
          long result = mapping.os.discard(mapping.handle(), at, some, in);
          mapping.changed(at, some);
          return result;
        });
  }

  /**
   * Returns storage of the file to the file system.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return bytes in the pages that read as zeros now
   * @throws MmapException if the OS reports an error
   */
  public static long punchHole(Mapping mapping, long offset, long length) throws MmapException {
    AccessRules.requireWritableFile(mapping, "punchHole");
    AccessRules.requirePages(mapping, true, "punched out");
    return remove(
        mapping,
        CallTotals.Kind.PUNCH_HOLE,
        offset,
        length,
        mapping.os.pageSize(),
        (at, some, in) -> {
          long result = mapping.os.punchHole(mapping.handle(), in, some);
          mapping.changed(at, some);
          return result;
        });
  }

  /** Makes the call for the whole pages of a range, if it has any, and returns their bytes. */
  private static long remove(
      Mapping mapping, CallTotals.Kind kind, long offset, long length, long unit, FileCall call)
      throws MmapException {
    long start = firstWhole(mapping, offset, unit);
    long bytes = wholeBytes(mapping, offset, length, unit);
    long result =
        bytes == 0 ? mapping.calling(() -> 0) : FileCall.over(mapping, start, bytes, call);
    mapping.check(kind.label(), result, offset, length);
    CallTotals.add(kind, bytes);
    return bytes;
  }

  /** Returns the start of the first page that lies completely inside the range. */
  private static long firstWhole(Mapping mapping, long offset, long unit) {
    return (mapping.geometry().addressOf(offset) + unit - 1) & -unit;
  }

  /** Tells whether the last page of the region contains nothing of the file past the region. */
  private static boolean endsFile(Mapping mapping) {
    long end = mapping.request().offset() + mapping.size();
    return !mapping.isShared() || mapping.calling(() -> mapping.os.size(mapping.handle())) <= end;
  }

  /** Returns the number of bytes from that start to the end of the last whole page. */
  private static long wholeBytes(Mapping mapping, long offset, long length, long unit) {
    long start = firstWhole(mapping, offset, unit);
    long end = mapping.geometry().addressOf(offset) + length;
    boolean toTheEnd = length > 0 && offset + length == mapping.size() && endsFile(mapping);
    long last = toTheEnd ? (end + unit - 1) & -unit : end & -unit;
    return Math.max(0, last - start);
  }
}
