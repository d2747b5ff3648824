// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.MmapException;
import java.nio.ByteBuffer;

/** Hands out views of a region, and sees to it that none can do more than the region's access. */
public final class Views {
  private Views() {}

  /**
   * Wraps a range in a buffer.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range, inside the region
   * @return a buffer that keeps the pages while it or a view of it can be reached
   */
  public static ByteBuffer buffer(Mapping mapping, long offset, int length) {
    AddressRange addresses = mapping.addresses();
    return mapping.whileOpen(
        () -> {
          boolean writable = requireViewable(mapping);
          ByteBuffer root = mapping.os.view(addresses.address() + mapping.lead() + offset, length);
          addresses.viewAdded(writable);
          // Slices and duplicates hold the buffer they came from, so this one goes last.
          Reaper.watchView(root, addresses, writable);
          return writable ? root : root.asReadOnlyBuffer();
        });
  }

  /**
   * Wraps the whole region in a {@code MemorySegment}, on a JDK that {@linkplain Segments#isSegment
   * has} them.
   *
   * @param mapping of the region
   * @return a segment that keeps the pages while it or a slice of it can be reached
   * @throws UnsupportedOperationException if the region has no views
   */
  public static Object segment(Mapping mapping) {
    AddressRange addresses = mapping.addresses();
    return mapping.whileOpen(
        () -> {
          boolean writable = requireViewable(mapping);
          // The segment's arena knows when it is collected, and tells by enqueueing the watch.
          WatchList.Watch watch = Reaper.watchView(mapping, addresses, writable);
          addresses.viewAdded(writable);
          long start = addresses.address() + mapping.lead();
          return Segments.create(start, mapping.size(), !writable, watch::enqueue);
        });
  }

  private static boolean requireViewable(Mapping mapping) {
    if (mapping.access() == Access.NONE) {
      throw new UnsupportedOperationException(
          "a region with Access.NONE has no views: touching them would end the JVM");
    }
    mapping.requireUndamaged("view");
    return mapping.access() != Access.READ_ONLY;
  }

  /**
   * Changes what may be done with the pages. A view that is out and can do more than that would end
   * the JVM when it does, so there must be none.
   *
   * @param mapping of the region
   * @param to less than what was mapped, or that again
   * @throws MmapException if the OS fails
   * @throws IllegalArgumentException if it is more than was mapped
   * @throws IllegalStateException if such views can still be reached
   */
  public static void protect(Mapping mapping, Access to) throws MmapException {
    Access mapped = mapping.spec().access();
    boolean less = to == Access.NONE || (to == Access.READ_ONLY && mapped != Access.NONE);
    if (!less && to != mapped) {
      throw new IllegalArgumentException("a region mapped with " + mapped + " cannot become " + to);
    }
    long result =
        mapping.changing(
            to,
            () -> {
              requireNoneInTheWay(mapping, to);
              long bytes = to == mapping.access() ? 0 : mapping.mapped(mapping.size());
              return bytes == 0 ? 0 : mapping.os.protect(mapping.address(), bytes, to);
            });
    mapping.check("protect", result, 0, mapping.size());
  }

  private static void requireNoneInTheWay(Mapping mapping, Access to) {
    int inTheWay =
        switch (to) {
          case NONE -> mapping.addresses().views();
          case READ_ONLY -> mapping.addresses().writableViews();
          default -> 0;
        };
    if (inTheWay > 0) {
      throw new IllegalStateException(
          inTheWay
              + " views that could do more than "
              + to
              + " can still be reached, or were not collected yet: "
              + mapping.describe());
    }
  }
}
