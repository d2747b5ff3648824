// SPDX-License-Identifier: Apache-2.0
/** The site as readers get it: its links, and what a browser makes of it. */
@NullMarked
package io.mmapio.site;

import org.jspecify.annotations.NullMarked;
