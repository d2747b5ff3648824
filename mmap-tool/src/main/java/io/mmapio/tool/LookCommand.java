// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.CsvReport;
import io.mmapio.tool.report.HtmlReport;
import io.mmapio.tool.report.JsonReport;
import io.mmapio.tool.report.Rows;
import io.mmapio.tool.report.SortKey;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.TextReport;
import io.mmapio.tool.scan.FileScanner;
import io.mmapio.tool.scan.Scans;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows what is in memory. */
@Command(
    name = "look",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which pages of files and directories are in memory.",
      "",
      "A directory's row is the sum of all that is below it. The blocks show where, from the first"
          + " page to the last. A file that you neither own nor may write is unknown: Linux would"
          + " call all of its pages resident."
    })
final class LookCommand extends Stoppable implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init")
  private CommandSpec spec;

  @Mixin private final Selection.First selection = new Selection.First();
  @Mixin private final Screen screen = new Screen();

  @Option(
      names = {"-s", "--sort"},
      paramLabel = "KEY",
      defaultValue = "resident",
      description =
          "${COMPLETION-CANDIDATES}; none shows rows as they are found. [${DEFAULT-VALUE}]")
  private SortKey sort = SortKey.resident;

  @Option(
      names = {"-n", "--top"},
      paramLabel = "N",
      description = "Show the first N rows, 0 for all (up to 50,000 unless --sort none). [40]")
  private int top = 40;

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "N",
      description = "Rows for files and directories N levels down. [1 for one PATH, 0 for many]")
  private int depth = -1;

  @Option(names = "--json", description = "Write every file as JSON, see docs/tool.md.")
  private boolean json;

  @Option(names = "--csv", description = "Write every file as CSV.")
  private boolean csv;

  @Option(names = "--runs", description = "With --json: also which pages, as first,count,...")
  private boolean runs;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      converter = RawArguments.ToPath.class,
      description = "Write a page that needs nothing else: a treemap, and each file's pages.")
  private @Nullable Path html;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (json && csv) {
      throw new ParameterException(spec.commandLine(), "--json or --csv, not both");
    }
    if (top < 0) {
      throw new ParameterException(spec.commandLine(), "--top cannot be negative");
    }
    Terminal terminal = screen.terminal();
    Complaints complaints = Screen.complaints(terminal);
    try (PrintStream out = terminal.out()) {
      report(out, terminal, complaints);
      if (out.checkError()) {
        complaints.failed("the output could not be written");
      }
    }
    return complaints.exitCode();
  }

  private void report(PrintStream out, Terminal terminal, Complaints complaints)
      throws IOException, InterruptedException {
    Abilities abilities = Abilities.detect();
    HtmlReport page = html == null ? null : new HtmlReport(abilities);
    if (json) {
      JsonReport report = new JsonReport(out, terminal.utf8(), abilities);
      scan(both(report, page), complaints);
      report.finish(complaints);
    } else if (csv) {
      scan(both(new CsvReport(out, terminal.utf8(), abilities), page), complaints);
      notes(abilities, complaints);
    } else {
      TextReport text = new TextReport(out, terminal, abilities);
      Rows rows = new Rows(depth(), rowsToKeep(), sort.order(), each(text));
      long start = System.nanoTime();
      scan(both(rows, page), complaints);
      text.finish(rows, complaints.vanished(), System.nanoTime() - start);
    }
    if (page != null && html != null) {
      try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(html))) {
        page.write(file, stop.requested());
      }
    }
    if (stop.requested()) {
      complaints.failed("stopped: not all files were looked at");
    }
  }

  private java.util.function.Consumer<io.mmapio.tool.report.Row> each(TextReport text) {
    return sort == SortKey.none ? text::stream : row -> {};
  }

  private int rowsToKeep() {
    if (sort == SortKey.none) {
      return 0;
    }
    return top == 0 ? Rows.MOST : Math.min(top, Rows.MOST);
  }

  private static void notes(Abilities abilities, Complaints complaints) {
    abilities.notes().forEach(complaints::complain);
  }

  private int depth() {
    if (depth >= 0) {
      return depth;
    }
    return selection.paths.size() == 1 && Files.isDirectory(selection.paths.get(0)) ? 1 : 0;
  }

  private void scan(Scans.Visitor visitor, Complaints complaints) throws InterruptedException {
    FileScanner scanner = new FileScanner(runs || html != null);
    new Scans(selection.options(), scanner, complaints, stop::requested).run(visitor);
  }

  private static Scans.Visitor both(Scans.Visitor one, Scans.@Nullable Visitor other) {
    return other == null ? one : Scans.both(one, other);
  }
}
