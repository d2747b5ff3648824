// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import io.mmapio.tool.report.Abilities;
import io.mmapio.tool.report.Complaints;
import io.mmapio.tool.report.Movements;
import io.mmapio.tool.report.Row;
import io.mmapio.tool.report.Rows;
import io.mmapio.tool.report.SafeText;
import io.mmapio.tool.report.SortKey;
import io.mmapio.tool.report.Terminal;
import io.mmapio.tool.report.WatchScreen;
import io.mmapio.tool.scan.FileScanner;
import io.mmapio.tool.scan.Scans;
import java.io.PrintStream;
import java.nio.file.Files;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Looks again and again. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Shows live which files gain pages in memory and which lose them.",
      "",
      "Keys: m by movement, r by pages in memory, s by size, d by dirty pages, n by name,"
          + " space at once, q ends. Not on a terminal: a line for all, and one for each row that"
          + " moved."
    })
final class WatchCommand extends Stoppable implements Callable<Integer> {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss ");
  private static final String ENTER = "\033[?1049h\033[?25l";
  private static final String LEAVE = "\033[?25h\033[?1049l";
  private static final String HOME = "\033[H";
  private static final String REST_OF_LINE = "\033[K\r\n";
  private static final String REST_OF_SCREEN = "\033[J";

  @Mixin private final Selection.First selection = new Selection.First();
  @Mixin private final Screen screen = new Screen();

  @Option(
      names = {"-i", "--interval"},
      paramLabel = "SECONDS",
      description = "Time between two looks. [2]")
  private double interval = 2;

  @Option(
      names = {"-c", "--count"},
      paramLabel = "N",
      description = "End after N looks.")
  private long count = Long.MAX_VALUE;

  @Option(
      names = {"-d", "--depth"},
      paramLabel = "N",
      description = "Rows for files and directories N levels down. [1 for one PATH, 0 for many]")
  private int depth = -1;

  private final Movements movements = new Movements();
  private char order = 'm';
  private long lastLook;
  private double seconds;

  @Override
  public Integer call() throws InterruptedException {
    Terminal terminal = screen.terminal();
    Abilities abilities = Abilities.detect();
    if (!abilities.residency()) {
      return Screen.refused(abilities, Screen.complaints(terminal), "there is nothing to watch");
    }
    boolean live = terminal.interactive() && Terminal.isTerminal(0);
    try (PrintStream out = terminal.out()) {
      return live ? live(out, terminal, abilities) : plain(out, terminal, abilities);
    }
  }

  private int live(PrintStream out, Terminal terminal, Abilities abilities)
      throws InterruptedException {
    Complaints complaints =
        new Complaints(new PrintStream(PrintStream.nullOutputStream()), terminal.utf8());
    WatchScreen view = new WatchScreen(abilities);
    out.print(ENTER);
    try (Keys keys = new Keys()) {
      for (long look = 0; look < count && !stop.requested(); look++) {
        int[] size = Terminal.size();
        Terminal now =
            new Terminal(true, Math.max(40, size[1]), terminal.colour(), terminal.utf8());
        Rows rows = look(WatchScreen.rows(size[0]), complaints);
        view.remember(rows.total());
        paint(out, view.lines(now, rows, movements, seconds, status(now, complaints)), size[0]);
        pause(keys);
      }
    } finally {
      out.print(LEAVE);
      out.flush();
    }
    return complaints.exitCode();
  }

  private String status(Terminal terminal, Complaints complaints) {
    String text =
        LocalTime.now(ZoneId.systemDefault()).format(TIME)
            + String.format(Locale.ROOT, "every %.1f s", interval)
            + (complaints.failed() > 0 ? "; " + complaints.failed() + " failures" : "")
            + "; by "
            + name(order)
            + "; m r s d n sort, q ends";
    return text.length() > terminal.width() ? text.substring(0, terminal.width()) : text;
  }

  private static String name(char order) {
    return switch (order) {
      case 'm' -> "movement";
      case 's' -> "size";
      case 'd' -> "dirty";
      case 'n' -> "name";
      default -> "resident";
    };
  }

  private static void paint(PrintStream out, List<String> lines, int height) {
    out.print(HOME);
    for (int i = 0; i < Math.min(lines.size(), height - 1); i++) {
      out.print(lines.get(i) + REST_OF_LINE);
    }
    out.print(REST_OF_SCREEN);
    out.flush();
  }

  private void pause(Keys keys) throws InterruptedException {
    long until = System.nanoTime() + (long) (interval * 1e9);
    long left = until - System.nanoTime();
    while (left > 0 && !stop.requested()) {
      char key = keys.next(Math.min(100, left / 1_000_000 + 1));
      if (key == 'q' || key == 'Q') {
        stop.request();
      } else if (key == ' ') {
        return;
      } else if (key != 0 && "mrsdn".indexOf(key) >= 0) {
        order = key;
        return;
      }
      left = until - System.nanoTime();
    }
  }

  private Comparator<Row> order() {
    return switch (order) {
      case 's' -> SortKey.size.order();
      case 'd' -> SortKey.dirty.order();
      case 'n' -> SortKey.name.order();
      case 'm' ->
          Comparator.comparingLong(
                  (Row row) -> {
                    var moved = movements.of(row.path());
                    return -(moved.gained() + moved.lost());
                  })
              .thenComparing(SortKey.resident.order());
      default -> SortKey.resident.order();
    };
  }

  private Rows look(int top, Complaints complaints) throws InterruptedException {
    Rows rows = new Rows(depth(), top, order(), row -> {});
    long now = System.nanoTime();
    seconds = lastLook == 0 ? interval : (now - lastLook) / 1e9;
    lastLook = now;
    movements.begin();
    new Scans(selection.options(), new FileScanner(false), complaints, stop::requested)
        .run(Scans.both(movements, rows));
    movements.end();
    return rows;
  }

  private int depth() {
    if (depth >= 0) {
      return depth;
    }
    return selection.paths.size() == 1 && Files.isDirectory(selection.paths.get(0)) ? 1 : 0;
  }

  private int plain(PrintStream out, Terminal terminal, Abilities abilities)
      throws InterruptedException {
    Complaints complaints = Screen.complaints(terminal);
    WatchScreen view = new WatchScreen(abilities);
    for (long look = 0; look < count && !stop.requested() && !out.checkError(); look++) {
      if (look > 0) {
        nap();
      }
      Rows rows = look(Rows.MOST, complaints);
      String time = LocalTime.now(ZoneId.systemDefault()).format(TIME);
      for (Row row : rows.rows()) {
        if (!movements.of(row.path()).isNone()) {
          String name = SafeText.of(row.path(), terminal.utf8()) + (row.directory() ? "/" : "");
          out.println(view.plain(time, movements.of(row.path()), row.counts(), seconds, name));
        }
      }
      out.println(view.plain(time, movements.total(), rows.total(), seconds, "in all"));
      out.flush();
    }
    return complaints.exitCode();
  }

  private void nap() throws InterruptedException {
    long until = System.nanoTime() + (long) (interval * 1e9);
    while (System.nanoTime() < until && !stop.requested()) {
      Thread.sleep(Math.min(100, Math.max(1, (until - System.nanoTime()) / 1_000_000)));
    }
  }
}
