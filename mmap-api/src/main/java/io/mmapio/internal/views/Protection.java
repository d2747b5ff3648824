// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.views;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;

/** Changes how the pages of a region may be accessed. */
public final class Protection {
  private Protection() {}

  /**
   * Changes how the pages may be accessed. A view that allows more than the new access would end
   * the JVM when it is used that way, so no such view may exist.
   *
   * @param mapping of the region
   * @param views of the region
   * @param to less than the mapped access, or the mapped access again
   * @throws MmapException if the OS reports an error
   * @throws IllegalArgumentException if {@code to} allows more than the mapped access
   * @throws IllegalStateException if such views are still reachable
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
