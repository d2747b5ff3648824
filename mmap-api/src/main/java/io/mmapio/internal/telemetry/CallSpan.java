// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

/** A call that is being recorded. */
public interface CallSpan {
  /** The kind of call. */
  enum Kind {
    /** Mapping. */
    MAP,
    /** Syncing. */
    SYNC,
    /** Populating pages. */
    POPULATE,
    /** Fetching pages. */
    FETCH,
    /** Closing. */
    CLOSE
  }

  /**
   * Ends the recording of the call.
   *
   * @param result below zero if the call failed
   */
  void end(String file, long offset, long size, long result);
}
