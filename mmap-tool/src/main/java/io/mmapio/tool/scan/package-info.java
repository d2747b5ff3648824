// SPDX-License-Identifier: Apache-2.0
/** Finds files and what of them is in memory. */
@NullMarked
package io.mmapio.tool.scan;

import org.jspecify.annotations.NullMarked;
