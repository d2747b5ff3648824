// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

/** What became of an {@link Advice}. */
public enum AdviceOutcome {
  /** The operating system took it. */
  APPLIED,

  /** The operating system has no such advice, or none for this kind of region; nothing was done. */
  IGNORED
}
