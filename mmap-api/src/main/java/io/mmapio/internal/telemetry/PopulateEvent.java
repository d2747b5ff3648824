// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Populating pages. */
@Registered
@Name("io.mmapio.Populate")
@Label("Populate")
@Description("Making pages present")
final class PopulateEvent extends CallEvent {}
