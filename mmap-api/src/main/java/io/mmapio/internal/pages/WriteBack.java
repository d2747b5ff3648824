// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.internal.lifetime.CallGate;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CallTotals;

/**
 * Writes changed pages back to the file. Ranges lie inside the region, and are rounded outwards.
 */
public final class WriteBack {
  private WriteBack() {}

  /**
   * Writes back the pages that a range touches. Does nothing unless the pages are writable and
   * shared with a file.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param mode how far the data must have come
   * @param invalidate whether other mappings drop stale pages
   * @throws MmapException if the OS reports an error
   */
  public static void sync(
      Mapping mapping, long offset, long length, SyncMode mode, boolean invalidate)
      throws MmapException {
    requireNoFailedSync(mapping);
    CallSpan span = CallRecorder.begin(CallSpan.Kind.SYNC);
    long result = synced(mapping, offset, length, mode, invalidate);
    if (span != null) {
      span.end(mapping.name(), offset, length, result);
    }
    check(mapping, "sync", result, offset, length);
    CallTotals.add(CallTotals.Kind.SYNC, length);
  }

  static void requireNoFailedSync(Mapping mapping) throws MmapException {
    MmapException first = mapping.failedSync();
    if (first != null && mapping.isOpen()) {
      throw mapping.errors().afterFailure(first);
    }
  }

  /** A call that lost data is the last that can succeed. */
  static void check(Mapping mapping, String call, long result, long offset, long length)
      throws MmapException {
    try {
      mapping.check(call, result, offset, length);
    } catch (MmapException e) {
      if (result != CallGate.DAMAGED && mapping.errors().losesData(result)) {
        mapping.syncFailed(e);
      }
      throw e;
    }
  }

  private static long synced(
      Mapping mapping, long offset, long length, SyncMode mode, boolean invalidate) {
    boolean nothing =
        length == 0 || !mapping.isShared() || mapping.request().access() != Access.READ_WRITE;
    return nothing
        ? mapping.calling(() -> 0)
        : FileCall.overPages(
            mapping,
            offset,
            length,
            (from, bytes, inFile) ->
                mapping.os.sync(mapping.handle(), from, bytes, inFile, mode, invalidate));
  }
}
