// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;

/** Refuses what the access of a region does not allow. */
public final class AccessRules {
  private AccessRules() {}

  /**
   * Refuses what cannot be done with the pages as they are now.
   *
   * @param write whether pages have to be writable
   * @param what is refused, as a participle
   */
  public static void requirePages(Mapping mapping, boolean write, String what) {
    mapping.requireOpen();
    Access access = mapping.access();
    if (access == Access.NONE || (write && access == Access.READ_ONLY)) {
      throw new UnsupportedOperationException(
          "pages with Access." + access + " cannot be " + what + ": " + mapping.describe());
    }
  }

  /** Refuses what changes the file, unless the region was mapped to do that. */
  public static void requireWritableFile(Mapping mapping, String what) {
    if (!mapping.isShared() || mapping.request().access() != Access.READ_WRITE) {
      throw new UnsupportedOperationException(
          what
              + " is for files that are mapped with Access.READ_WRITE, not for "
              + mapping.describe());
    }
  }

  /** Refuses what needs the file itself. */
  public static void requireDescriptor(Mapping mapping, String what) {
    if (mapping.request().withoutDescriptor()) {
      mapping.requireOpen();
      throw new UnsupportedOperationException(
          what
              + " needs the file, and the region was mapped withoutDescriptor(): "
              + mapping.describe());
    }
  }

  /**
   * Refuses to change the size of a region whose pages have other access than it was mapped with.
   */
  static void requireAsMapped(Mapping mapping) {
    if (mapping.access() != mapping.request().access()) {
      throw new IllegalStateException("the region is protected: " + mapping.describe());
    }
  }
}
