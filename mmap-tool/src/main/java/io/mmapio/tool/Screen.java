// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.Terminal;
import java.io.PrintStream;
import picocli.CommandLine.Option;

/** What is written to. */
final class Screen {
  @Option(
      names = "--color",
      paramLabel = "WHEN",
      description = "auto, always or never; auto heeds NO_COLOR.")
  private Terminal.Colours colours = Terminal.Colours.auto;

  Terminal terminal() {
    return Terminal.detect(colours);
  }

  static Complaints complaints(Terminal terminal) {
    return new Complaints(err(terminal), terminal.utf8());
  }

  /** Says what cannot be done where the system does not tell what is in memory. */
  static int refused(Abilities abilities, Complaints complaints, String what) {
    abilities.notes().forEach(complaints::complain);
    complaints.failed(what);
    return complaints.exitCode();
  }

  static PrintStream err(Terminal terminal) {
    return new PrintStream(
        new java.io.FileOutputStream(java.io.FileDescriptor.err),
        /* autoFlush= */ true,
        terminal.utf8()
            ? java.nio.charset.StandardCharsets.UTF_8
            : java.nio.charset.StandardCharsets.US_ASCII);
  }
}
