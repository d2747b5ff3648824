// SPDX-License-Identifier: Apache-2.0
/** Remembers which pages of which files are in memory. */
@NullMarked
package io.mmapio.tool.snapshot;

import org.jspecify.annotations.NullMarked;
