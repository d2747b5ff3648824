// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** The kind of access for which pages are populated. */
public enum Prefault {
  /** Reading: the pages are in memory, and reading them does not fault. */
  READ,

  /**
   * Reading and writing: storing does not fault, storage is allocated, and pages of a copy-on-write
   * region have been copied. See {@link Feature#POPULATE_WRITE}.
   */
  WRITE
}
