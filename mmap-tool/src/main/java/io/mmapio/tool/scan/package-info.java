// SPDX-License-Identifier: Apache-2.0
/** Finds files and their pages in memory. */
@NullMarked
package io.mmapio.tool.scan;

import org.jspecify.annotations.NullMarked;
