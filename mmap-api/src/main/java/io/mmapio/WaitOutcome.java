// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** Why {@link Signals#await} returned. */
public enum WaitOutcome {
  /**
   * The thread was woken. It may also have been woken for no reason, or because the value had
   * changed, where the operating system does not tell.
   */
  WOKEN,

  /** The word did not have the expected value. */
  CHANGED,

  /** The time was over. */
  TIMED_OUT
}
