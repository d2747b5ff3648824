// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import org.jspecify.annotations.Nullable;

/** Remembers where regions were mapped, if asked to, and reports those that nobody closed. */
public final class CreationSites {
  /** The system property that asks for it, read once. */
  public static final String PROPERTY = "io.mmapio.trace";

  private static final boolean ON = Boolean.getBoolean(PROPERTY);

  private CreationSites() {}

  /**
   * Returns where the caller is, if that is to be remembered.
   *
   * @return a stack trace, or null
   */
  public static @Nullable Throwable here() {
    return ON ? new Throwable("mapped here") : null;
  }

  /**
   * Logs that a region was collected and had not been closed.
   *
   * @param region in words
   * @param site where it was mapped
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
