// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Optional;

/**
 * A region that was open at the time of {@link Mmap#statistics()}.
 *
 * @param file name of the file, or a description of memory that is not in a file
 * @param offset of the first byte in the file
 * @param size in bytes
 * @param access to the bytes
 * @param creationSite a stack trace of the call that mapped the region, if the system property
 *     {@code io.mmapio.trace} is true
 */
public record OpenRegion(
    String file, long offset, long size, Access access, Optional<Throwable> creationSite) {}
