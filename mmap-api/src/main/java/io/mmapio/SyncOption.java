// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Further effects of {@code sync}. */
public enum SyncOption {
  /**
   * Other mappings of the file drop stale pages: MS_INVALIDATE of msync(2). This has no effect
   * where mappings and file I/O share one cache, as on Linux.
   */
  INVALIDATE
}
