// SPDX-License-Identifier: Apache-2.0
/** Shows what was found: on terminals, as JSON, as CSV, as a page. */
@NullMarked
package io.mmapio.tool.report;

import org.jspecify.annotations.NullMarked;
