// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.Strip;
import java.nio.file.Path;

/**
 * The pages of a file or directory in memory.
 *
 * @param path of it
 * @param directory whether it is one, and all below it is counted
 * @param counts of pages
 * @param strip from its first page to its last
 */
public record Row(Path path, boolean directory, Counts counts, Strip strip) {}
