// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import java.util.Locale;

/** Numbers for people. */
public final class Units {
  private static final String LETTERS = "KMGTPE";

  private Units() {}

  /** Returns a number of bytes in four digits at most, and a unit. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + "B";
    }
    int unit = Math.min(LETTERS.length() - 1, (63 - Long.numberOfLeadingZeros(bytes)) / 10 - 1);
    double value = bytes / Math.pow(1024, unit + 1);
    String form = value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, form, value) + LETTERS.charAt(unit);
  }

  /** Returns a number of bytes that may be negative, with its sign. */
  public static String change(long bytes) {
    return bytes == 0 ? "0" : (bytes > 0 ? "+" : "-") + bytes(Math.abs(bytes));
  }

  /** Returns a number with commas. */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /** Returns a share: 100 only if it is all, 0 only if it is nothing. */
  public static String percent(double share) {
    if (Double.isNaN(share)) {
      return "?";
    }
    double percent = 100 * share;
    if (share > 0 && percent < 0.1) {
      return "<0.1%";
    }
    if (share < 1 && percent > 99.9) {
      return "99.9%";
    }
    return String.format(
        Locale.ROOT, percent == 0 || percent == 100 ? "%.0f%%" : "%.1f%%", percent);
  }

  /** Returns a time as minutes and seconds, or hours. */
  public static String time(long seconds) {
    return seconds < 3600
        ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /** Returns a number and its noun. */
  public static String of(long count, String one, String many) {
    return count(count) + " " + (count == 1 ? one : many);
  }
}
