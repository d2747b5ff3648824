// SPDX-License-Identifier: Apache-2.0
/**
 * How a mapping ends: which calls may still run, what holds its addresses, and when they are
 * unmapped.
 */
@NullMarked
package io.mmapio.internal.lifetime;

import org.jspecify.annotations.NullMarked;
