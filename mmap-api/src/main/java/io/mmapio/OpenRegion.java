// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Optional;

/**
 * A region that was open when {@link Mmap#statistics()} looked.
 *
 * @param file name of the file, or what stands for it
 * @param offset of the first byte in the file
 * @param size in bytes
 * @param access to the bytes
 * @param creationSite a stack trace of the call that mapped it, if the system property {@code
 *     io.mmapio.trace} is true
 */
public record OpenRegion(
    String file, long offset, long size, Access access, Optional<Throwable> creationSite) {}
