// SPDX-License-Identifier: Apache-2.0
/** What to map: the file or memory, and the options, before a file is opened. */
@NullMarked
package io.mmapio.internal.request;

import org.jspecify.annotations.NullMarked;
