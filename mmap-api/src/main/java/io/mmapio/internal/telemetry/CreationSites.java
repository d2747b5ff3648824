// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/** Records where regions were mapped, if requested, and reports regions that were not closed. */
public final class CreationSites {
  /** The system property that requests recording. It is read once. */
  public static final String PROPERTY = "io.mmapio.trace";

  private static final boolean ON = Boolean.getBoolean(PROPERTY);

  private CreationSites() {}

  /**
   * Returns the stack trace of the caller, if creation sites are recorded.
   *
   * @return a stack trace, or null
   */
  public static @Nullable Throwable here() {
    return ON ? new Throwable("mapped here") : null;
  }

  /**
   * Logs that a region was collected without having been closed.
   *
   * @param region description of the region
   * @param site where the region was mapped
   */
  public static void reportUnclosed(String region, @Nullable Throwable site) {
    if (ON) {
      System.getLogger("io.mmapio")
          .log(
              System.Logger.Level.WARNING,
              "a region was collected without having been closed: " + region,
              site);
    }
  }
}
