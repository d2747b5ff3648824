// SPDX-License-Identifier: Apache-2.0
/** Views: the JDK's buffers and segments over a mapping, and the protection of its pages. */
@NullMarked
package io.mmapio.internal.views;

import org.jspecify.annotations.NullMarked;
