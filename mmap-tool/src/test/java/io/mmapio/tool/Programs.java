// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.nio.file.Files;
import java.nio.file.Path;

/** The programs of this machine that tests make use of. */
public final class Programs {
  private Programs() {}

  /** Tells whether a program is on the path. */
  public static boolean has(String program) {
    for (String directory : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }
}
