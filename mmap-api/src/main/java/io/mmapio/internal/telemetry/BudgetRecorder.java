// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Records the rounds of budgets if a flight recording is running. The classes of JFR, which a JVM
 * may lack, are not loaded before that.
 */
public interface BudgetRecorder {
  /** Ends the recording of a round. */
  void end(long limit, long resident, long left, long spared, long examined);

  /**
   * Starts the time measurement of a round.
   *
   * @return null if no flight recording is running
   */
  static @Nullable BudgetRecorder begin() {
    if (!CallRecorder.isRecording()) {
      return null;
    }
    try {
      return Begun.begin();
    } catch (NoClassDefFoundError e) {
      return null; // the application was undeployed and its class loader closed: nothing to record
    }
  }

  /** A round whose event has begun. Loaded when a recording is running. */
  record Begun(BudgetEvent event) implements BudgetRecorder {
    static @Nullable BudgetRecorder begin() {
      BudgetEvent event = new BudgetEvent();
      if (!event.isEnabled()) {
        return null;
      }
      event.begin();
      return new Begun(event);
    }

    @Override
    public void end(long limit, long resident, long left, long spared, long examined) {
      event.end();
      if (event.shouldCommit()) {
        event.limit = limit;
        event.resident = resident;
        event.left = left;
        event.spared = spared;
        event.examined = examined;
        event.commit();
      }
    }
  }
}
