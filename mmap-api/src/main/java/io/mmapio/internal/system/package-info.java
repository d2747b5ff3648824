// SPDX-License-Identifier: Apache-2.0
/** Which platform this is, and what Linux allows. */
@NullMarked
package io.mmapio.internal.system;

import org.jspecify.annotations.NullMarked;
