// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;
import org.jspecify.annotations.Nullable;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Giving advice. */
@Registered
@Name("io.mmapio.Advise")
@Label("Advise")
@Description("Giving advice for one range, or for many of which this is the first")
final class AdviseEvent extends CallEvent {
  @Label("Advice")
  @Nullable String advice;

  @Label("Ignored")
  @Description("The operating system does not know this advice, or not for such pages")
  boolean ignored;

  @Override
  void detail(String what) {
    advice = what;
  }

  @Override
  void result(long result) {
    super.result(result);
    ignored = result > 0;
  }
}
