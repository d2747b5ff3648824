// SPDX-License-Identifier: Apache-2.0
/**
 * What is told about mappings: events of Flight Recorder, the JMX bean, where regions were mapped.
 */
@NullMarked
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.NullMarked;
