// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** What the launcher runs once, so that the classes it needs go into an archive. */
@Command(name = "warm-up", hidden = true, description = "Loads classes.")
final class WarmUpCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    String here = Path.of("").toAbsolutePath().toString();
    Stop stop = new Stop();
    for (String[] line :
        new String[][] {
          {"look", "--depth", "0", "--color", "always", here},
          {"watch", "--count", "1", here},
          {"info"},
          {"look", "--help"}
        }) {
      Main.commands(line[0], stop).execute(line);
    }
    return 0;
  }
}
