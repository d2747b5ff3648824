// SPDX-License-Identifier: Apache-2.0
/** The command {@code mmap}: what is asked for, and what is answered. */
@NullMarked
package io.mmapio.tool;

import org.jspecify.annotations.NullMarked;
