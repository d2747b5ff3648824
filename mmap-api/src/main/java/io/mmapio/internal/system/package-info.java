// SPDX-License-Identifier: Apache-2.0
/** The platform, the limits of a Linux process, and where threads count. */
@NullMarked
package io.mmapio.internal.system;

import org.jspecify.annotations.NullMarked;
