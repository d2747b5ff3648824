// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

/** One call that is being recorded. */
public interface CallSpan {
  /** Which call is recorded. */
  enum Kind {
    /** Mapping. */
    MAP,
    /** Writing back. */
    SYNC,
    /** Making pages present. */
    POPULATE,
    /** Closing. */
    CLOSE
  }

  /**
   * Records the call.
   *
   * @param result below zero if it failed
   */
  void end(String file, long offset, long size, long result);
}
