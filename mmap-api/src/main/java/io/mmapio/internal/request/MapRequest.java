// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.request;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Prefault;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked to be mapped.
 *
 * @param source of the bytes
 * @param access to them
 * @param offset of the first byte in the file
 * @param length in bytes, or {@link #TO_THE_END}
 * @param growth what to do about a file that ends before the range does
 * @param layout of the addresses
 * @param start what to do with the pages at once
 */
public record MapRequest(
    Source source,
    Access access,
    long offset,
    long length,
    Growth growth,
    Layout layout,
    Start start) {
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

  /**
   * How addresses are laid out.
   *
   * @param capacity bytes that the region may grow to, zero if it may not
   * @param mirrored whether the range is there twice, one behind the other
   * @param hugePage size of the pages of memory of no file, zero for the usual ones
   */
  public record Layout(long capacity, boolean mirrored, long hugePage) {
    /** One range of the usual pages. */
    public static final Layout PLAIN = new Layout(0, false, 0);
  }

  /**
   * What is done with the pages as soon as they are mapped.
   *
   * @param advice to give, or null
   * @param prefault what to make the pages ready for, or null
   * @param locked whether they stay in memory
   * @param guarded whether those that cannot be had read as zeros instead of faulting
   */
  public record Start(
      @Nullable Advice advice, @Nullable Prefault prefault, boolean locked, boolean guarded) {
    /** Nothing at all. */
    public static final Start NOTHING = new Start(null, null, false, false);
  }

  /**
   * Asks for nothing special.
   *
   * @param source of the bytes
   * @param access to them
   * @param length in bytes, or {@link #TO_THE_END}
   * @return a plain mapping from the first byte on
   */
  public static MapRequest of(Source source, Access access, long length) {
    return new MapRequest(source, access, 0, length, Growth.NEVER, Layout.PLAIN, Start.NOTHING);
  }

  /**
   * Refuses options that contradict each other.
   *
   * @return this
   * @throws IllegalArgumentException if they do
   */
  public MapRequest checked() {
    boolean grows = layout.capacity > 0;
    // Constant texts: this is on the way of every mapping.
    refuse(
        growth != Growth.NEVER && access != Access.READ_WRITE,
        "only Access.READ_WRITE can extend a file");
    refuse(
        grows && access == Access.COPY_ON_WRITE,
        "a copy-on-write region cannot grow: its changes are not the file's");
    refuse(grows && layout.capacity < length, "the capacity is less than the length");
    refuse(
        layout.mirrored && access == Access.COPY_ON_WRITE,
        "the two halves of a mirrored copy-on-write region would not be the same");
    refuse(grows && layout.mirrored, "a mirrored region cannot grow");
    refuse(grows && layout.hugePage > 0, "a region of huge pages cannot grow");
    refuse(layout.mirrored && layout.hugePage > 0, "huge pages cannot be mirrored");
    refuse(
        access == Access.NONE && (start.prefault != null || start.locked),
        "pages mapped with Access.NONE can be neither populated nor locked");
    refuse(
        start.prefault == Prefault.WRITE && access == Access.READ_ONLY,
        "pages mapped with Access.READ_ONLY cannot be populated for writing");
    return this;
  }

  private static void refuse(boolean contradiction, String message) {
    if (contradiction) {
      throw new IllegalArgumentException(message);
    }
  }
}
