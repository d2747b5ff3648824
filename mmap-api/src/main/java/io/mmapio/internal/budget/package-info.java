// SPDX-License-Identifier: Apache-2.0
/** Keeps the pages of regions in memory below a limit. */
@NullMarked
package io.mmapio.internal.budget;

import org.jspecify.annotations.NullMarked;
