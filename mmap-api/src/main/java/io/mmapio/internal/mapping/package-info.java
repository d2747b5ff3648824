// SPDX-License-Identifier: Apache-2.0
/** One mapping, from the first call to the last: how it is made, grown, shrunk and ended. */
@NullMarked
package io.mmapio.internal.mapping;

import org.jspecify.annotations.NullMarked;
