// SPDX-License-Identifier: Apache-2.0
/** What is done with the pages of a mapping: one class for each kind of call. */
@NullMarked
package io.mmapio.internal.pages;

import org.jspecify.annotations.NullMarked;
