// SPDX-License-Identifier: Apache-2.0
/** Brings pages into memory and takes them out. */
@NullMarked
package io.mmapio.tool.work;

import org.jspecify.annotations.NullMarked;
