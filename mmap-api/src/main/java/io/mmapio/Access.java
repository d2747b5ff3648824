// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** What may be done with the bytes of a region, and who sees it. See mmap(2). */
public enum Access {
  /** Nothing: the region takes addresses and has no views. */
  NONE,

  /** Reading. Views are read-only: a write is an exception, never a signal. */
  READ_ONLY,

  /** Reading and writing. Changes reach the file and everyone who maps it. */
  READ_WRITE,

  /** Reading and writing. Changes stay in this region; the file is never touched. */
  COPY_ON_WRITE
}
