// SPDX-License-Identifier: Apache-2.0
/** How a mapping ends: who may still call it, who holds its addresses, and who gives them back. */
@NullMarked
package io.mmapio.internal.lifetime;

import org.jspecify.annotations.NullMarked;
