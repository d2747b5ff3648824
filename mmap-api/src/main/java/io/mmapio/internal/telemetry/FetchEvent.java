// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Fetching pages. */
@Registered
@Name("io.mmapio.Fetch")
@Label("Fetch")
@Description("Reading pages into memory; of many ranges, the offset of the first and the sum")
final class FetchEvent extends CallEvent {}
