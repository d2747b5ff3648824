// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import org.jspecify.annotations.Nullable;

/**
 * The pages of a file in memory.
 *
 * @param entry the file
 * @param size in bytes when it was looked at
 * @param counts of its pages
 * @param strip how densely it is in memory from its start to its end
 * @param runs which pages are in memory, if that was asked for
 */
public record FileReport(Entry entry, long size, Counts counts, Strip strip, @Nullable Runs runs) {}
