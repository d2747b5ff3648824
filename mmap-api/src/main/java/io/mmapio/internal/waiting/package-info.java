// SPDX-License-Identifier: Apache-2.0
/** Waiting at words of a region, and waking. */
@NullMarked
package io.mmapio.internal.waiting;

import org.jspecify.annotations.NullMarked;
