// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** What was found, for people. */
public final class TextReport {
  private final PrintStream out;
  private final Terminal terminal;
  private final Abilities abilities;
  private final TextTable table;
  private boolean streaming;

  /** Creates a report. */
  public TextReport(PrintStream out, Terminal terminal, Abilities abilities) {
    this.out = out;
    this.terminal = terminal;
    this.abilities = abilities;
    this.table = new TextTable(terminal, abilities);
  }

  /** Shows a row at once, without knowing those that follow. */
  public void stream(Row row) {
    if (!streaming) {
      streaming = true;
      table.fit(List.of(WIDEST));
      out.println(table.header());
    }
    out.println(table.line(row));
  }

  /** A row about as wide as they get, for a table whose rows are not known yet. */
  private static final Row WIDEST =
      new Row(
          java.nio.file.Path.of("x"),
          false,
          new Counts(1, 1000 << 10, 999_999, 99_999, 0, 99_999, 99_999, 99_999),
          new io.mmapio.tool.scan.Strip(0));

  /** Shows the rows that were kept, the sum, and what there is to be said. */
  public void finish(Rows rows, long vanished, long nanos) {
    List<Row> kept = rows.rows();
    Counts total = rows.total();
    if (!streaming) {
      List<Row> fitted = new java.util.ArrayList<>(kept);
      fitted.add(
          new Row(java.nio.file.Path.of(""), false, total, new io.mmapio.tool.scan.Strip(0)));
      table.fit(fitted);
      out.println(table.header());
      kept.forEach(row -> out.println(table.line(row)));
    }
    out.println(table.sum(total, "in " + Units.of(total.files(), "file", "files")));
    notes(rows, vanished, nanos);
  }

  private void notes(Rows rows, long vanished, long nanos) {
    StringBuilder line = new StringBuilder(table.legend());
    if (rows.unseen() > 0 && !streaming) {
      add(line, Units.count(rows.unseen()) + " more rows: see --top, --depth");
    }
    if (vanished > 0) {
      add(line, Units.of(vanished, "file", "files") + " went away meanwhile");
    }
    add(line, String.format(Locale.ROOT, "%.2f s", nanos / 1e9));
    out.println(terminal.colour() ? "\033[2m" + line + "\033[0m" : line);
    if (rows.total().unknown() > 0) {
      out.println(
          "unknown: "
              + Units.count(rows.total().unknown())
              + " pages of files that you neither own nor may write");
    }
    abilities.notes().forEach(out::println);
  }

  private static void add(StringBuilder line, String more) {
    line.append(line.length() > 0 ? "; " : "").append(more);
  }
}
