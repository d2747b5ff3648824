// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mmapio.tool.report.SafeJson;
import io.mmapio.tool.report.SafeText;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.Units;
import io.mmapio.tool.snapshot.Difference;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two snapshots. */
@Command(
    name = "diff",
    mixinStandardHelpOptions = true,
    description = {
      "Shows what came into memory and what went between two snapshots.",
      "",
      "Each is a file of 'mmap save', or of 'mmap look --json': with --runs page by page, without"
          + " by numbers of pages."
    })
final class DiffCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "A",
      converter = RawArguments.ToPath.class,
      description = "The earlier one.")
  @SuppressWarnings("NullAway.Init")
  private Path before;

  @Parameters(
      index = "1",
      paramLabel = "B",
      converter = RawArguments.ToPath.class,
      description = "The later one.")
  @SuppressWarnings("NullAway.Init")
  private Path after;

  @Option(
      names = {"-n", "--top"},
      paramLabel = "N",
      description = "Show the N largest changes. [40]")
  private int top = 40;

  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  @Mixin private final Screen screen = new Screen();

  @Override
  public Integer call() throws IOException {
    Difference difference = Difference.of(before, after, Math.max(0, top));
    Terminal terminal = screen.terminal();
    try (PrintStream out = terminal.out()) {
      if (json) {
        json(out, terminal.utf8(), difference);
      } else {
        text(out, terminal, difference);
      }
    }
    return 0;
  }

  private static void text(PrintStream out, Terminal terminal, Difference difference) {
    long page = difference.pageSize();
    out.println(line("came", "went", "name"));
    for (Difference.Change change : difference.changes()) {
      String name = SafeText.of(change.file().path(), terminal.utf8());
      out.println(
          line(
              plus(change.came(), page, "+"),
              plus(change.went(), page, "-"),
              terminal.interactive()
                  ? SafeText.end(name, terminal.width() - 22, terminal.utf8())
                  : name));
    }
    long more = difference.changedFiles() - difference.changes().size();
    out.println(
        line(
            plus(difference.came(), page, "+"),
            plus(difference.went(), page, "-"),
            "in "
                + Units.of(difference.changedFiles(), "file", "files")
                + (more > 0 ? " (" + Units.count(more) + " not shown)" : "")
                + "; "
                + Units.bytes(difference.stayed() * page)
                + " stayed"));
    if (!difference.isExact()) {
      out.println("numbers of pages were compared, not pages: one of the two has no runs");
    }
  }

  private static String plus(long pages, long page, String sign) {
    return pages == 0 ? "-" : sign + Units.bytes(pages * page);
  }

  private static String line(String came, String went, String name) {
    return String.format(Locale.ROOT, "%8s  %8s  %s", came, went, name);
  }

  private static void json(PrintStream out, boolean utf8, Difference difference)
      throws IOException {
    try (JsonGenerator json = SafeJson.factory(utf8).createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("format", "mmap-diff");
      json.writeNumberField("version", 1);
      json.writeNumberField("pageSize", difference.pageSize());
      json.writeBooleanField("exact", difference.isExact());
      json.writeNumberField("came", difference.came());
      json.writeNumberField("went", difference.went());
      json.writeNumberField("stayed", difference.stayed());
      json.writeNumberField("changedFiles", difference.changedFiles());
      changes(json, difference.changes());
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }

  private static void changes(JsonGenerator json, List<Difference.Change> changes)
      throws IOException {
    json.writeArrayFieldStart("changes");
    for (Difference.Change change : changes) {
      json.writeStartObject();
      SafeJson.path(json, change.file().path());
      json.writeNumberField("came", change.came());
      json.writeNumberField("went", change.went());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
