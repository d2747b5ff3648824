// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** What else {@code sync} may do. */
public enum SyncOption {
  /**
   * Other mappings of the file drop what is stale: MS_INVALIDATE of msync(2). Has no effect where
   * mappings and file I/O share one cache, as on Linux.
   */
  INVALIDATE
}
