// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Whether the file has storage for every page of a region. */
public enum Allocation {
  /**
   * The region was mapped with neither {@link MapOptions#extend()} nor {@link MapOptions#sparse()}.
   */
  NOT_REQUESTED,

  /** Storage is allocated for the whole range: no store can fail because the disk is full. */
  ALLOCATED,

  /**
   * The file has its size, but storage is allocated page by page when pages are written. The reason
   * is either {@link MapOptions#sparse()} or a file system that cannot allocate. On a full disk, a
   * store faults.
   */
  SIZED
}
