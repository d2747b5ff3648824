// SPDX-License-Identifier: Apache-2.0
/** Operations on the pages of a mapping, with one class for each kind of call. */
@NullMarked
package io.mmapio.internal.pages;

import org.jspecify.annotations.NullMarked;
