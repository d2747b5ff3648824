// SPDX-License-Identifier: Apache-2.0
/** The platform, and the limits of a Linux process. */
@NullMarked
package io.mmapio.internal.system;

import org.jspecify.annotations.NullMarked;
