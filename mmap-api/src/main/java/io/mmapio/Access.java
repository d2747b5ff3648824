// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** How the bytes of a region may be accessed, and whether changes reach the file. See mmap(2). */
public enum Access {
  /** No access: the region occupies addresses and has no views. */
  NONE,

  /** Reading only. Views are read-only: writing throws an exception and never causes a signal. */
  READ_ONLY,

  /** Reading and writing. Changes reach the file and every process that maps it. */
  READ_WRITE,

  /** Reading and writing. Changes stay in this region; the file never changes. */
  COPY_ON_WRITE
}
