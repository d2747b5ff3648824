// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Rows as a table that is as wide as the terminal: columns of least use go first. */
public final class TextTable {
  private static final int NARROWEST_NAME = 16;
  private static final int NARROWEST_STRIP = 10;
  private static final int WIDEST_STRIP = 64;
  private static final int GAP = 2;

  /** A column; a higher rank is left out earlier. */
  private record Column(String title, int rank, Function<Counts, String> cell) {}

  private final Terminal terminal;
  private final Abilities abilities;
  private final HeatStrip strips;
  private List<Column> columns = List.of();
  private int[] widths = {};
  private int stripWidth;

  /** Creates a table for a terminal. */
  public TextTable(Terminal terminal, Abilities abilities) {
    this.terminal = terminal;
    this.abilities = abilities;
    this.strips = new HeatStrip(terminal);
  }

  private List<Column> possible() {
    List<Column> all = new ArrayList<>();
    long page = abilities.pageSize();
    if (abilities.residency()) {
      all.add(new Column("in", 0, counts -> Units.percent(counts.share())));
      all.add(new Column("memory", 1, counts -> resident(counts, page)));
    }
    all.add(new Column("size", 2, counts -> Units.bytes(counts.bytes())));
    all.add(new Column("pages", 6, counts -> Units.count(counts.pages())));
    if (abilities.cacheState()) {
      all.add(new Column("dirty", 3, counts -> amount(counts.dirty(), page)));
      all.add(new Column("writing", 5, counts -> amount(counts.writeback(), page)));
      all.add(new Column("evicted", 4, counts -> amount(counts.evicted(), page)));
    }
    return all;
  }

  private static String resident(Counts counts, long page) {
    if (counts.pages() > 0 && counts.pages() == counts.unknown()) {
      return "unknown";
    }
    return Units.bytes(counts.resident() * page) + (counts.unknown() > 0 ? "+?" : "");
  }

  private static String amount(long pages, long page) {
    return pages == 0 ? "-" : Units.bytes(pages * page);
  }

  /** Decides which columns there is room for, and how wide they have to be for these rows. */
  public void fit(List<Row> rows) {
    columns = possible();
    measure(rows);
    int rest = rest();
    while (rest < NARROWEST_NAME + NARROWEST_STRIP + GAP && columns.size() > 2) {
      int last = columns.stream().mapToInt(Column::rank).max().orElse(0);
      columns = columns.stream().filter(column -> column.rank() < last).toList();
      measure(rows);
      rest = rest();
    }
    stripWidth =
        !abilities.residency() || rest < NARROWEST_NAME + NARROWEST_STRIP + GAP
            ? 0
            : Math.min(WIDEST_STRIP, Math.max(NARROWEST_STRIP, (rest - GAP) * 2 / 5));
  }

  private void measure(List<Row> rows) {
    widths = columns.stream().mapToInt(column -> column.title().length()).toArray();
    for (Row row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], columns.get(i).cell().apply(row.counts()).length());
      }
    }
  }

  private int rest() {
    int used = 0;
    for (int width : widths) {
      used += width + GAP;
    }
    return terminal.width() - used;
  }

  /** Returns the titles. */
  public String header() {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      cell(line, columns.get(i).title(), widths[i]);
    }
    if (stripWidth > 0) {
      line.append(padded("start to end", stripWidth));
    }
    String text = line + "name";
    return terminal.colour() ? "\033[1m" + text + "\033[0m" : text;
  }

  private static void cell(StringBuilder line, String text, int width) {
    line.append(" ".repeat(Math.max(0, width - text.length()))).append(text).append("  ");
  }

  private static String padded(String text, int width) {
    String cut = text.length() > width ? text.substring(0, width) : text;
    return cut + " ".repeat(width - cut.length() + GAP);
  }

  /** Returns one row. */
  public String line(Row row) {
    StringBuilder line = numbers(row.counts());
    if (stripWidth > 0) {
      line.append(strips.of(row.strip(), stripWidth)).append("  ");
    }
    String name = SafeText.of(row.path(), terminal.utf8()) + (row.directory() ? "/" : "");
    int room = rest() - (stripWidth > 0 ? stripWidth + GAP : 0);
    return line + (terminal.interactive() ? SafeText.end(name, room, terminal.utf8()) : name);
  }

  /** Returns the row of a sum. */
  public String sum(Counts counts, String name) {
    StringBuilder line = numbers(counts);
    if (stripWidth > 0) {
      line.append(" ".repeat(stripWidth + GAP));
    }
    String text = line + name;
    return terminal.colour() ? "\033[1m" + text + "\033[0m" : text;
  }

  private StringBuilder numbers(Counts counts) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      cell(line, columns.get(i).cell().apply(counts), widths[i]);
    }
    return line;
  }

  /** Returns what the blocks mean. */
  public String legend() {
    return stripWidth == 0 ? "" : strips.legend();
  }
}
