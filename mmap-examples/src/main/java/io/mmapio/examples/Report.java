// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.util.Locale;

/** What a program prints: what it did, what held, and how far long work has come. */
final class Report {
  private boolean held = true;
  private long nextProgress = System.nanoTime();

  void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }

  /** Prints whether something held. One thing that did not makes the program fail. */
  void check(boolean condition, String what) {
    held &= condition;
    say("%-9s %s", condition ? "held" : "FAILED", what);
  }

  /** Prints how far the work has come, at most once a second. */
  void progress(String what, long done, long total) {
    long now = System.nanoTime();
    if (now - nextProgress >= 0) {
      nextProgress = now + 1_000_000_000L;
      say("working   %s, %d %%", what, total == 0 ? 100 : done * 100 / total);
    }
  }

  /** Prints the result, and returns the exit code: 0 only if everything held. */
  int exitCode() {
    say(held ? "All held." : "SOMETHING DID NOT HOLD, see above.");
    return held ? 0 : 1;
  }
}
