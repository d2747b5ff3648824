// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Names;
import io.mmapio.tool.scan.Scans;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Writes what was found as CSV (RFC 4180) while it is being found. */
public final class CsvReport implements Scans.Visitor {
  private final PrintStream out;
  private final boolean utf8;
  private final Abilities abilities;

  /** Begins. */
  public CsvReport(PrintStream out, boolean utf8, Abilities abilities) {
    this.out = out;
    this.utf8 = utf8;
    this.abilities = abilities;
    List<String> titles = new ArrayList<>(List.of("path", "size", "pages"));
    if (abilities.residency()) {
      titles.addAll(List.of("resident", "unknown"));
    }
    if (abilities.cacheState()) {
      titles.addAll(List.of("dirty", "writeback", "evicted"));
    }
    titles.add("pathBytes");
    line(titles);
  }

  private void line(List<?> cells) {
    for (int i = 0; i < cells.size(); i++) {
      out.print(i == 0 ? "" : ",");
      out.print(cells.get(i));
    }
    out.print("\r\n");
  }

  @Override
  public void file(FileReport report) {
    Counts counts = report.counts();
    List<Object> cells = new ArrayList<>();
    Path path = report.entry().path();
    String shown = SafeText.of(path, utf8);
    cells.add(quoted(shown));
    cells.add(counts.bytes());
    cells.add(counts.pages());
    if (abilities.residency()) {
      cells.add(counts.resident());
      cells.add(counts.unknown());
    }
    if (abilities.cacheState()) {
      cells.add(counts.dirty());
      cells.add(counts.writeback());
      cells.add(counts.evicted());
    }
    boolean isExact = shown.equals(Names.text(path));
    cells.add(isExact ? "" : Base64.getEncoder().encodeToString(Names.bytes(path)));
    line(cells);
  }

  /** Only quotes need doubling; a spreadsheet must not take a name for a formula. */
  private static String quoted(String text) {
    boolean formula = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0;
    return "\"" + (formula ? "./" : "") + text.replace("\"", "\"\"") + "\"";
  }
}
