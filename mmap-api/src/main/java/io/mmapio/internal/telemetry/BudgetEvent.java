// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** A round of a budget in which pages were to be dropped. */
@Registered
@Name("io.mmapio.Budget")
@Label("Budget")
@Description("Dropping pages, so that the regions of a budget stay below its limit")
@Category("mmap-io")
final class BudgetEvent extends Event {
  @Label("Limit")
  @DataAmount
  long limit;

  @Label("In Memory Before")
  @DataAmount
  long resident;

  @Label("Left")
  @Description("What is not in memory any more")
  @DataAmount
  long left;

  @Label("Spared")
  @Description("What was touched lately and stays")
  @DataAmount
  long spared;

  @Label("Pages Examined")
  long examined;
}
