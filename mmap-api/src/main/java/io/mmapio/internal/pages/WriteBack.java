// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.internal.lifetime.CallGate;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;

/**
 * Writes changed pages back to the file, and drops pages from memory. Ranges lie inside the region,
 * and are rounded outwards.
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
    check(mapping, result, offset, length);
  }

  private static void requireNoFailedSync(Mapping mapping) throws MmapException {
    MmapException first = mapping.failedSync();
    if (first != null && mapping.isOpen()) {
      throw mapping.errors().afterFailure(first);
    }
  }

  /** A sync that lost data is the last that can succeed. */
  private static void check(Mapping mapping, long result, long offset, long length)
      throws MmapException {
    try {
      mapping.check("sync", result, offset, length);
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

  /**
   * Writes dirty pages back, then drops the pages from memory.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS reports an error
   */
  public static void evict(Mapping mapping, long offset, long length) throws MmapException {
    if (!mapping.isShared()) {
      throw new UnsupportedOperationException(
          "only pages of a shared file can be read again after they were dropped: "
              + mapping.describe());
    }
    AccessRules.requireDescriptor(mapping, "evict");
    sync(mapping, offset, length, SyncMode.BLOCKING, /* invalidate= */ false);
    long result =
        FileCall.overPages(
            mapping,
            offset,
            length,
            (at, some, in) -> mapping.os.evict(mapping.handle(), at, some, in));
    mapping.check("evict", result, offset, length);
  }
}
