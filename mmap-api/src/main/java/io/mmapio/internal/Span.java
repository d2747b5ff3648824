// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import org.jspecify.annotations.Nullable;

/**
 * One call that is being recorded. There is none unless somebody records: then the classes of JFR,
 * which a JVM may do without, are not even loaded.
 */
interface Span {
  /** Whether this JVM has the module. */
  boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  /** What is recorded. */
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
   * Starts the clock.
   *
   * @return null if nobody records
   */
  static @Nullable Span begin(Kind kind) {
    if (!PRESENT || !jdk.jfr.FlightRecorder.isInitialized()) {
      return null;
    }
    try {
      return Recording.begin(kind);
    } catch (NoClassDefFoundError e) {
      return null; // the class loader was closed, by an application that is gone: nobody records it
    }
  }

  /**
   * Records the call.
   *
   * @param result below zero if it failed
   */
  void end(String file, long offset, long size, long result);
}
