// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Whether the file has storage for every page of a region. */
public enum Allocation {
  /** The region was mapped without {@link MapOptions#extend()} and {@link MapOptions#sparse()}. */
  NOT_REQUESTED,

  /** Storage was taken for the whole range: no store can fail for want of space. */
  ALLOCATED,

  /**
   * The file has the size, but storage is taken page by page as they are written: asked for with
   * {@link MapOptions#sparse()}, or all that this file system can do. On a full disk a store then
   * faults.
   */
  SIZED
}
