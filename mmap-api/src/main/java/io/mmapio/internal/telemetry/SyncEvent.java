// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Registered;

// Not a nested class: in Java 17 the recorder would load it while it is being loaded.

/** Syncing. */
@Registered
@Name("io.mmapio.Sync")
@Label("Sync")
@Description("Writing back")
final class SyncEvent extends CallEvent {}
