// SPDX-License-Identifier: Apache-2.0
/** Which backend serves this process, and which exception an error of the OS becomes. */
@NullMarked
package io.mmapio.internal.backend;

import org.jspecify.annotations.NullMarked;
