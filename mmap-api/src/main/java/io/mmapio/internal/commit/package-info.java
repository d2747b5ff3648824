// SPDX-License-Identifier: Apache-2.0
/**
 * Commits of copy-on-write regions: the journal, recovery, and what finds the changed pages. See
 * "Commits" in docs/design.md.
 */
@NullMarked
package io.mmapio.internal.commit;

import org.jspecify.annotations.NullMarked;
