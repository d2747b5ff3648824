// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** What pages are made ready for before they are touched. */
public enum Prefault {
  /** To be read: they are in memory, and reading them does not fault. */
  READ,

  /**
   * To be written too: storing does not fault, storage is taken, and pages of a copy-on-write
   * region have been copied. See {@link Feature#POPULATE_WRITE}.
   */
  WRITE
}
