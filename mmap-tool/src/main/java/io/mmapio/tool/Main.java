// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.NoBackendException;
import io.mmapio.tool.report.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;

/** The program. */
public final class Main {
  /** A command by its name: only the one that is asked for is made, as that takes time. */
  private record Named(String name, Supplier<Object> make) {}

  private static final List<Named> COMMANDS =
      List.of(
          new Named("look", LookCommand::new),
          new Named("watch", WatchCommand::new),
          new Named("load", LoadCommand::new),
          new Named("evict", EvictCommand::new),
          new Named("save", SaveCommand::new),
          new Named("restore", RestoreCommand::new),
          new Named("diff", DiffCommand::new),
          new Named("advise", AdviseCommand::new),
          new Named("info", InfoCommand::new),
          new Named("completion", CompletionCommand::new),
          new Named("warm-up", WarmUpCommand::new));

  private Main() {}

  /** Runs one command and ends with its exit code. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    RawArguments.remember(arguments);
    Stop stop = Stop.listen();
    int code = ExitCode.SOFTWARE;
    boolean ending = false;
    try {
      CommandLine commands = commands(arguments.length > 0 ? arguments[0] : "", stop);
      code = commands.execute(arguments);
    } finally {
      ending = stop.finished();
    }
    if (!ending) {
      System.exit(code);
    }
  }

  /** Makes the command of a name, or all of them if there is none of that name. */
  static CommandLine commands(String wanted, Stop stop) {
    CommandLine root = new CommandLine(new RootCommand());
    boolean isKnown = COMMANDS.stream().anyMatch(named -> named.name().equals(wanted));
    for (Named named : COMMANDS) {
      if (!isKnown || named.name().equals(wanted)) {
        Object command = named.make().get();
        if (command instanceof Stoppable stoppable) {
          stoppable.stop = stop.heeded();
        }
        root.addSubcommand(named.name(), command);
      }
    }
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setParameterExceptionHandler(Main::usage);
    root.setExecutionExceptionHandler((e, line, parsed) -> failed(e));
    return root;
  }

  private static int usage(ParameterException e, String[] arguments) {
    System.err.println("mmap: " + SafeText.of(String.valueOf(e.getMessage()), /* utf8= */ false));
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    System.err.println("Try '" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private static int failed(Exception e) throws Exception {
    boolean isExpected =
        e instanceof java.io.IOException
            || e instanceof java.io.UncheckedIOException
            || e instanceof NoBackendException;
    if (!isExpected) {
      throw e;
    }
    Throwable cause =
        e instanceof java.io.UncheckedIOException && e.getCause() != null ? e.getCause() : e;
    String kind = cause instanceof java.nio.file.NoSuchFileException ? "no such file: " : "";
    System.err.println("mmap: " + kind + SafeText.of(String.valueOf(cause.getMessage()), false));
    return ExitCode.SOFTWARE;
  }
}
