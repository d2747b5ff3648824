// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Writes a script for shells. */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = "Writes completion for bash and zsh: source <(mmap completion)")
final class CompletionCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(AutoComplete.bash("mmap", Main.commands("", new Stop())));
    out.print('\n');
    out.flush();
    return 0;
  }
}
