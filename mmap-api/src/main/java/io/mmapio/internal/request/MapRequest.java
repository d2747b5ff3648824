// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.request;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Prefault;
import org.jspecify.annotations.Nullable;

/**
 * A request to map: what to map, and how.
 *
 * @param source of the bytes
 * @param access to the bytes
 * @param offset of the first byte in the file
 * @param length in bytes, or {@link #TO_THE_END}
 * @param growth what to do with a file that ends before the range does
 * @param layout of the addresses
 * @param start what to do with the pages at once
 * @param withoutDescriptor whether the file is let go as soon as it is mapped
 */
public record MapRequest(
    Source source,
    Access access,
    long offset,
    long length,
    Growth growth,
    Layout layout,
    Start start,
    boolean withoutDescriptor) {
  /** The length that means the whole rest of the file. */
  public static final long TO_THE_END = -1;

  /** What to do with a file that ends before the range does. */
  public enum Growth {
    /** Refuse. */
    NEVER,
    /** Extend the file and allocate storage for the whole range. */
    ALLOCATE,
    /** Extend the file; storage is allocated as pages are written. */
    SPARSE
  }

  /**
   * The layout of the addresses.
   *
   * @param capacity the size in bytes to which the region may grow; zero if it may not grow
   * @param mirrored whether the range is mapped twice in a row
   * @param hugePage size of the pages of anonymous memory; zero for the usual pages
   */
  public record Layout(long capacity, boolean mirrored, long hugePage) {
    /** One range with the usual pages. */
    public static final Layout PLAIN = new Layout(0, false, 0);
  }

  /**
   * What is done with the pages as soon as they are mapped.
   *
   * @param advice to give, or null
   * @param prefault the access for which pages are populated, or null
   * @param locked whether the pages are locked in memory
   * @param guarded whether lost pages read as zeros instead of faulting
   */
  public record Start(
      @Nullable Advice advice, @Nullable Prefault prefault, boolean locked, boolean guarded) {
    /** No action. */
    public static final Start NOTHING = new Start(null, null, false, false);
  }

  /** Creates a request for a region that keeps its file. */
  public MapRequest(
      Source source,
      Access access,
      long offset,
      long length,
      Growth growth,
      Layout layout,
      Start start) {
    this(source, access, offset, length, growth, layout, start, false);
  }

  /**
   * Creates a request without special options.
   *
   * @param source of the bytes
   * @param access to the bytes
   * @param length in bytes, or {@link #TO_THE_END}
   * @return a plain mapping from the first byte on
   */
  public static MapRequest of(Source source, Access access, long length) {
    return new MapRequest(source, access, 0, length, Growth.NEVER, Layout.PLAIN, Start.NOTHING);
  }

  /**
   * Refuses options that contradict each other.
   *
   * @return this request
   * @throws IllegalArgumentException if options contradict each other
   */
  public MapRequest checked() {
    boolean grows = layout.capacity > 0;
    // Constant texts, because every mapping runs this code.
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
        withoutDescriptor && access != Access.READ_ONLY,
        "only a region with Access.READ_ONLY can do without its descriptor");
    refuse(withoutDescriptor && grows, "a region without a descriptor cannot grow");
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
