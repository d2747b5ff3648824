// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Dropping pages from memory. */
@Registered
@Name("io.mmapio.Evict")
@Label("Evict")
@Description("Dropping pages from memory")
final class EvictEvent extends CallEvent {
  @Label("Left")
  @Description("Bytes that have left memory; -1 if the operating system hides that")
  @DataAmount
  long left;

  @Override
  void result(long result) {
    left = result;
    succeeded = result >= -1;
  }
}
