// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line without a command. */
@Command(
    name = "mmap",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    description =
        "Shows which pages of your files are in memory, keeps them there, and brings them back.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExit codes:%n",
    footer = {
      "    0  all was done",
      "    1  a part failed; each file that could not be read is named once",
      "    2  the command line is wrong",
      "  130  stopped by Ctrl-C",
      "",
      "'mmap COMMAND --help' says more about a command."
    })
final class RootCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "which command?");
  }
}
