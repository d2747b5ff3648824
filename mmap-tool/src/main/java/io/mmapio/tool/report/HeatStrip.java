// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Strip;

/** A row of blocks that shows where in a file the pages are that are in memory. */
final class HeatStrip {
  private static final String BLOCKS = "\u00b7\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
  private static final String ASCII = ".-:=+*%@#";

  /** From cold to hot: colours of the 256 that stay apart for eyes that confuse red and green. */
  private static final int[] COLOURS = {240, 25, 26, 32, 38, 37, 179, 214, 220};

  private final Terminal terminal;

  HeatStrip(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Returns blocks of so many columns: from nothing, by eight steps, to all; a hatch if unknown.
   */
  String of(Strip strip, int columns) {
    float[] shares = strip.densities(columns);
    StringBuilder text = new StringBuilder();
    int colour = -1;
    for (int i = 0; i < columns; i++) {
      int level = i < shares.length ? level(shares[i]) : -2;
      int wanted = level < 0 ? -1 : COLOURS[level];
      if (terminal.colour() && wanted != colour) {
        text.append(wanted < 0 ? "\033[0m" : "\033[38;5;" + wanted + "m");
        colour = wanted;
      }
      text.append(symbol(level));
    }
    return text.append(colour >= 0 ? "\033[0m" : "").toString();
  }

  private char symbol(int level) {
    if (level < 0) {
      return level == -2 ? ' ' : '?';
    }
    return (terminal.utf8() ? BLOCKS : ASCII).charAt(level);
  }

  /** The lowest level only for nothing, the highest only for all. */
  static int level(float share) {
    if (Float.isNaN(share)) {
      return -1;
    }
    if (share <= 0) {
      return 0;
    }
    return share >= 1 ? 8 : 1 + Math.min(6, (int) (share * 7));
  }

  /** What the blocks mean. */
  String legend() {
    return terminal.utf8()
        ? "\u00b7 none \u2581\u2584\u2587 some \u2588 all"
        : ". none -+@ some # all";
  }
}
