// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Event;
import jdk.jfr.Label;
import org.jspecify.annotations.Nullable;

/** The fields that the events of all calls have. */
@Category("mmap-io")
abstract class CallEvent extends Event {
  @Label("File")
  @Nullable String file;

  @Label("Offset")
  @DataAmount
  long offset;

  @Label("Size")
  @DataAmount
  long size;

  @Label("Succeeded")
  boolean succeeded;

  /** Takes what a call is about, if its range does not say it. */
  void detail(String what) {
    throw new IllegalArgumentException(what);
  }

  /** Takes the result of the call, below zero if it failed. */
  void result(long result) {
    succeeded = result >= 0;
  }
}
