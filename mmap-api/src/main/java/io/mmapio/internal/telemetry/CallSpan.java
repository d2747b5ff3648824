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
    CLOSE,
    /** Giving advice. */
    ADVISE,
    /** Dropping pages. */
    EVICT
  }

  /**
   * Says what the call is about, for kinds that have a field for that.
   *
   * @return this
   */
  CallSpan about(String what);

  /**
   * Ends the recording of the call.
   *
   * @param result below zero if the call failed
   */
  void end(String file, long offset, long size, long result);
}
