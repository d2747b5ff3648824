// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import java.nio.file.Path;

/**
 * A file that was found.
 *
 * @param path as it was come by
 * @param size in bytes when it was found; zero for a block device
 * @param modified nanoseconds since 1970
 */
public record Entry(Path path, long size, long modified) {}
