// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.Advice;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked to be mapped.
 *
 * @param source of the bytes
 * @param access to them
 * @param offset of the first byte in the file
 * @param length in bytes, or {@link #TO_THE_END}
 * @param growth what to do about a file that ends before the range does
 * @param advice to give at once, or null
 */
public record MapSpec(
    Source source,
    Access access,
    long offset,
    long length,
    Growth growth,
    @Nullable Advice advice) {
  /** A length that means: as long as the file is. */
  public static final long TO_THE_END = -1;

  /** What to do about a file that ends before the range does. */
  public enum Growth {
    /** Refuse. */
    NEVER,
    /** Extend it and take storage for the whole range. */
    ALLOCATE,
    /** Extend it and let storage be taken as pages are written. */
    SPARSE
  }
}
