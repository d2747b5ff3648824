// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Mapping a file or anonymous memory. */
@Registered
@Name("io.mmapio.Map")
@Label("Map")
@Description("Mapping a file, or memory of none")
final class MapEvent extends CallEvent {}
