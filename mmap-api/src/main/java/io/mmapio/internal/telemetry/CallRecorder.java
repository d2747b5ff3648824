// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Starts recording a call if a flight recording is running. The classes of JFR, which a JVM may
 * lack, are not loaded before that.
 */
public final class CallRecorder {
  private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

  private CallRecorder() {}

  /**
   * Starts the time measurement of a call.
   *
   * @return null if no flight recording is running
   */
  public static @Nullable CallSpan begin(CallSpan.Kind kind) {
    if (!isRecording()) {
      return null;
    }
    try {
      return CallEvents.begin(kind);
    } catch (NoClassDefFoundError e) {
      return null; // the application was undeployed and its class loader closed: nothing to record
    }
  }

  /** Tells whether a flight recording may be running. */
  static boolean isRecording() {
    return PRESENT && jdk.jfr.FlightRecorder.isInitialized();
  }
}
