// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

/**
 * The calls of a backend for threads that wait for each other at a word of memory, also in
 * different processes. The rules of {@link MmapBackend} apply. Where {@link io.mmapio.Feature#WAIT}
 * is missing, every call returns {@link MmapBackend#UNSUPPORTED}.
 */
public interface WaitCalls {
  /** Result of {@link #await} if the thread was woken, or for no reason. */
  long WOKEN = 0;

  /** Result of {@link #await} if the word did not have the expected value. */
  long CHANGED = 1;

  /** Result of {@link #await} if the time is over, or somewhat earlier. */
  long TIMED_OUT = 2;

  /**
   * Waits while a word has an expected value. Comparing and going to sleep are one step.
   *
   * @param address of the word, a multiple of its size; the page may be lost
   * @param size of the word in bytes, 4 or 8
   * @param expected the value, in the low bits
   * @param nanoseconds the longest time to wait, zero or more
   * @return {@link #WOKEN}, {@link #CHANGED}, {@link #TIMED_OUT}, {@link MmapBackend#LOST} if the
   *     page is not available, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  default long await(long address, int size, long expected, long nanoseconds) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Wakes threads of all processes that wait at a word.
   *
   * @param address of the word, a multiple of 4; the page may be lost
   * @param all whether to wake all of them; otherwise at least one, if there is one
   * @return zero, {@link MmapBackend#LOST} if the page is not available, {@link
   *     MmapBackend#UNSUPPORTED}, or minus the error
   */
  default long wake(long address, boolean all) {
    return MmapBackend.UNSUPPORTED;
  }
}
