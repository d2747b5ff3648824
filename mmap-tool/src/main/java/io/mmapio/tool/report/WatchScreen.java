// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.Counts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;

/** What a watch shows: a table with what moved, and a line of what was in memory before. */
public final class WatchScreen {
  private static final String BLOCKS = "\u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
  private static final String ASCII = "_.-=+*%#";
  private static final int HISTORY = 400;
  private static final int RATE = 10;
  private static final int LINES_AROUND = 6;

  private final Abilities abilities;
  private final Deque<Long> history = new ArrayDeque<>();

  /** Creates a screen. */
  public WatchScreen(Abilities abilities) {
    this.abilities = abilities;
  }

  /** Remembers a sum. */
  public void remember(Counts total) {
    history.addLast(total.resident());
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
  }

  /** Returns how many rows a terminal of a height has room for. */
  public static int rows(int height) {
    return Math.max(1, height - LINES_AROUND);
  }

  /** Returns the lines for what was found. */
  public List<String> lines(
      Terminal terminal, Rows rows, Movements movements, double seconds, String status) {
    List<Row> shown = rows.rows();
    int room = terminal.width() - 2 * (RATE + 2);
    TextTable table =
        new TextTable(new Terminal(true, room, terminal.colour(), terminal.utf8()), abilities);
    List<Row> fitted = new ArrayList<>(shown);
    fitted.add(
        new Row(java.nio.file.Path.of(""), false, rows.total(), new io.mmapio.tool.scan.Strip(0)));
    table.fit(fitted);
    List<String> lines = new ArrayList<>();
    lines.add(status);
    lines.add(history(terminal));
    lines.add(rates("gained/s", "lost/s") + table.header());
    for (Row row : shown) {
      lines.add(rates(movements.of(row.path()), seconds, terminal) + table.line(row));
    }
    lines.add(
        rates(movements.total(), seconds, terminal)
            + table.sum(rows.total(), "in " + Units.of(rows.total().files(), "file", "files")));
    return lines;
  }

  private String history(Terminal terminal) {
    String blocks = terminal.utf8() ? BLOCKS : ASCII;
    long most = history.stream().mapToLong(Long::longValue).max().orElse(0);
    long least = history.stream().mapToLong(Long::longValue).min().orElse(0);
    String range = " " + bytes(least) + " to " + bytes(most);
    int room = Math.max(1, Math.min(history.size(), terminal.width() - range.length() - 10));
    StringBuilder line = new StringBuilder("history ");
    int skipped = history.size() - room;
    for (long pages : history) {
      if (skipped-- > 0) {
        continue;
      }
      long span = most - least;
      int level =
          span == 0 ? blocks.length() / 2 : (int) ((pages - least) * (blocks.length() - 1) / span);
      line.append(blocks.charAt(level));
    }
    return line + range;
  }

  private String bytes(long pages) {
    return Units.bytes(pages * abilities.pageSize());
  }

  private String rates(Movement movement, double seconds, Terminal terminal) {
    String gained = rate(movement.gained(), seconds, "+");
    String lost = rate(movement.lost(), seconds, "-");
    String text = rates(gained, lost);
    if (!terminal.colour() || movement.isNone()) {
      return text;
    }
    String colour = movement.gained() >= movement.lost() ? "\033[38;5;33m" : "\033[38;5;208m";
    return colour + text + "\033[0m";
  }

  private String rate(long pages, double seconds, String sign) {
    return pages == 0 ? "" : sign + bytes((long) (pages / Math.max(seconds, 1e-3)));
  }

  private static String rates(String gained, String lost) {
    return String.format(Locale.ROOT, "%" + RATE + "s  %" + RATE + "s  ", gained, lost);
  }

  /** Returns a line for a stream that is no terminal: a sum, or what moved in a file; in pages. */
  public String plain(String time, Movement movement, Counts counts, double seconds, String name) {
    return time
        + rates(rate(movement.gained(), seconds, "+"), rate(movement.lost(), seconds, "-"))
        + bytes(counts.resident())
        + " of "
        + bytes(counts.pages())
        + "  "
        + name;
  }
}
