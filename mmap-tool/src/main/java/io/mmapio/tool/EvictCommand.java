// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.Mmap;
import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.scan.Changing;
import io.mmapio.tool.scan.Entry;
import io.mmapio.tool.scan.Walk;
import io.mmapio.tool.work.Evictor;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Drops files from memory. */
@Command(
    name = "evict",
    mixinStandardHelpOptions = true,
    description = {
      "Writes files back and drops them from memory.",
      "",
      "Names each file of which pages stay, and why: dirty, mapped or locked by a process, in a"
          + " file system that has no device. Contents are never lost."
    })
final class EvictCommand extends Stoppable implements Callable<Integer> {
  @Mixin private final Selection.First selection = new Selection.First();

  @Option(
      names = {"-r", "--range"},
      paramLabel = "FROM..TO",
      converter = Amounts.ToRange.class,
      description = "Only this part of each file.")
  private Amounts.Range range = Amounts.Range.ALL;

  private long files;
  private long before;
  private long left;
  private long unknown;

  @Override
  public Integer call() {
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    Complaints complaints = Screen.complaints(terminal);
    Abilities abilities = Abilities.detect();
    if (!abilities.residency()) {
      return Screen.refused(abilities, complaints, "nothing can be evicted here");
    }
    Evictor evictor = new Evictor();
    new Walk(selection.options(), complaints, stop::requested)
        .run(entry -> evict(entry, evictor, complaints));
    try (PrintStream out = terminal.out()) {
      finish(out, complaints);
    }
    if (stop.requested()) {
      complaints.failed("stopped before all was evicted");
    }
    return complaints.exitCode();
  }

  private void evict(Entry entry, Evictor evictor, Complaints complaints) {
    Changing.attempt(
        entry,
        complaints,
        now -> {
          long start = range.start(now.size());
          add(now, evictor.evict(now.path(), start, range.length(now.size())), complaints);
        });
  }

  private void add(Entry entry, Evictor.Outcome outcome, Complaints complaints) {
    files++;
    before += outcome.before();
    left += outcome.left();
    unknown += outcome.isKnown() ? 0 : 1;
    if (outcome.left() > 0) {
      complaints.failed(
          entry.path(),
          new IOException(
              Units.of(outcome.left(), "page stays", "pages stay") + ": " + outcome.why()));
    }
  }

  private void finish(PrintStream out, Complaints complaints) {
    long page = Mmap.pageSize();
    out.println(
        "evicted "
            + Units.bytes((before - left) * page)
            + " of "
            + Units.of(files, "file", "files")
            + (left > 0 ? "; " + Units.bytes(left * page) + " stay" : "")
            + complaints.vanishedNote());
    if (unknown > 0) {
      out.println(
          Units.of(unknown, "file", "files")
              + " that you neither own nor may write: what became of them is unknown");
    }
  }
}
