// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

/**
 * The unit of the journal's format. What was durable and what is written later never share a block,
 * so a write that a power cut tears damages nothing that was durable.
 */
final class Blocks {
  /** A multiple of the sector size of every disk. It need not be the page size. */
  static final int SIZE = 4096;

  private Blocks() {}

  static long roundUp(long bytes) {
    return bytes + SIZE - 1 & -SIZE;
  }
}
