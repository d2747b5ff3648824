// SPDX-License-Identifier: Apache-2.0
/** The JDK's buffers and segments over a mapping, and what may be done with its pages. */
@NullMarked
package io.mmapio.internal.views;

import org.jspecify.annotations.NullMarked;
