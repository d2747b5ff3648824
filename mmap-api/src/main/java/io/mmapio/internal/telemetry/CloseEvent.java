// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Closing a region, or detecting that a collected region was not closed. */
@Registered
@Name("io.mmapio.Close")
@Label("Close")
@Description("Closing a region, or finding that nobody did")
final class CloseEvent extends CallEvent {}
