// SPDX-License-Identifier: Apache-2.0
/** Not exported: how the library works. Anything here may change at any time. */
@NullMarked
package io.mmapio.internal;

import org.jspecify.annotations.NullMarked;
