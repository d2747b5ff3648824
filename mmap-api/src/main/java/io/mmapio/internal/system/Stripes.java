// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

/**
 * The places over which a count is spread, so that threads that count at the same time do not wait
 * for each other's cache line.
 */
public final class Stripes {
  private static final int MOST = 16;

  /**
   * How many there are. A power of two: twice the number of processors, because threads are
   * assigned by their numbers only.
   */
  public static final int COUNT =
      Integer.highestOneBit(Math.min(MOST, 4 * Runtime.getRuntime().availableProcessors() - 1));

  private Stripes() {}

  /** The place of the current thread, from 0 on. */
  public static int current() {
    return (int) (Thread.currentThread().getId() & (COUNT - 1));
  }
}
