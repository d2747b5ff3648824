// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.SafeText;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.scan.Changing;
import io.mmapio.tool.scan.Entry;
import io.mmapio.tool.scan.Walk;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives advice. */
@Command(
    name = "advise",
    mixinStandardHelpOptions = true,
    description = {
      "Gives one advice for files and shows what it did: pages in memory before and after.",
      "",
      "WILLNEED starts reading, COLD and PAGEOUT let pages go; the rest concerns the mapping of the"
          + " process that gives it, so here it only shows whether the kernel takes it. See"
          + " madvise(2), and 'mmap info' for what this machine has."
    })
final class AdviseCommand extends Stoppable implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "ADVICE", description = "${COMPLETION-CANDIDATES}")
  @SuppressWarnings("NullAway.Init")
  private Advice advice;

  @Mixin private final Selection selection = new Selection();

  @Parameters(
      index = "1..*",
      paramLabel = "PATH",
      arity = "1..*",
      converter = RawArguments.ToPath.class,
      description = Selection.WHAT)
  private List<Path> paths = List.of();

  @Option(
      names = {"-r", "--range"},
      paramLabel = "FROM..TO",
      converter = Amounts.ToRange.class,
      description = "Only this part of each file.")
  private Amounts.Range range = Amounts.Range.ALL;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    Complaints complaints = Screen.complaints(terminal);
    try (PrintStream out = terminal.out()) {
      new Walk(selection.options(paths), complaints, stop::requested)
          .run(entry -> advise(entry, out, terminal, complaints));
    }
    return complaints.exitCode();
  }

  private void advise(Entry entry, PrintStream out, Terminal terminal, Complaints complaints) {
    Changing.attempt(entry, complaints, now -> advise(now, out, terminal));
  }

  private void advise(Entry entry, PrintStream out, Terminal terminal) throws IOException {
    long length = range.length(entry.size());
    long page = Mmap.pageSize();
    try (MappedRegion region =
        Mmap.file(entry.path()).range(range.start(entry.size()), length).map()) {
      String before = inMemory(region);
      AdviceOutcome outcome = region.advise(advice);
      out.println(
          advice
              + " "
              + outcome
              + "  "
              + before
              + " -> "
              + inMemory(region)
              + " of "
              + Units.bytes((length + page - 1) / page * page)
              + "  "
              + SafeText.of(entry.path(), terminal.utf8()));
    }
  }

  private static String inMemory(MappedRegion region) throws IOException {
    boolean tells = Abilities.detect().residency();
    Residency residency = region.incore();
    return residency.unknown() > 0 || !tells
        ? "unknown"
        : Units.bytes(residency.resident() * Mmap.pageSize());
  }
}
