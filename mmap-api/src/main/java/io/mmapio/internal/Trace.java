// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import org.jspecify.annotations.Nullable;

/** Remembers where regions were mapped, if asked to, and reports those that nobody closed. */
final class Trace {
  /** The system property that asks for it, read once. */
  static final String PROPERTY = "io.mmapio.trace";

  private static final boolean ON = Boolean.getBoolean(PROPERTY);

  private Trace() {}

  static @Nullable Throwable here() {
    return ON ? new Throwable("mapped here") : null;
  }

  static void reportUnclosed(Mapping mapping) {
    if (ON) {
      System.getLogger("io.mmapio")
          .log(
              System.Logger.Level.WARNING,
              "a region was collected without having been closed: " + mapping.describe(),
              mapping.creationSite());
    }
  }
}
