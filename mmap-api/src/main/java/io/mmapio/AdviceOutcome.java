// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** The result of giving an {@link Advice}. */
public enum AdviceOutcome {
  /** The operating system applied the advice. */
  APPLIED,

  /**
   * The operating system does not support the advice, or not for this kind of region. Nothing was
   * done.
   */
  IGNORED
}
