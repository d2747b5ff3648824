// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.views;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;

/** Changes what may be done with the pages of a region. */
public final class Protection {
  private Protection() {}

  /**
   * Changes what may be done with the pages. A view that is out and can do more than that would end
   * the JVM when it does, so there must be none.
   *
   * @param mapping of the region
   * @param views of it
   * @param to less than what was mapped, or that again
   * @throws MmapException if the OS fails
   * @throws IllegalArgumentException if it is more than was mapped
   * @throws IllegalStateException if such views can still be reached
   */
  public static void protect(Mapping mapping, Views views, Access to) throws MmapException {
    Access mapped = mapping.request().access();
    boolean less = to == Access.NONE || (to == Access.READ_ONLY && mapped != Access.NONE);
    if (!less && to != mapped) {
      throw new IllegalArgumentException("a region mapped with " + mapped + " cannot become " + to);
    }
    long result =
        mapping.changing(
            to,
            () -> {
              requireNoneInTheWay(mapping, to);
              long bytes = to == mapping.access() ? 0 : mapping.geometry().mapped(mapping.size());
              long changed =
                  bytes == 0 ? 0 : mapping.os.protect(mapping.geometry().address(), bytes, to);
              if (changed >= 0) {
                views.accessChanged();
              }
              return changed;
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
