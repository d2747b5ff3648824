// SPDX-License-Identifier: Apache-2.0
/** Reports about mappings: Flight Recorder events, the JMX bean, and creation sites. */
@NullMarked
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.NullMarked;
