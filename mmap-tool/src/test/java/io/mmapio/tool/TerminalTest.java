// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in a real terminal: tmux. */
@NullUnmarked // JUnit fills in what tests start with
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class TerminalTest {
  private static final String DONE = "exit code ";

  @TempDir Path directory;
  private String socket;
  private int sockets;

  @BeforeEach
  void files() throws IOException {
    assumeTrue(Programs.has("tmux"), "tmux is not installed");
    Samples.assumeEvicts(directory);
    for (int i = 0; i < 5; i++) {
      Path file = Samples.file(directory.resolve("files/a rather long name of a file " + i), 200);
      Samples.evict(file);
      Samples.touch(file, 10L * i, 10L * i + 1, 100, 101, 102, 199);
    }
    Samples.file(directory.resolve("files/gr\u00f6\u00dfer \u65e5\u672c"), 3);
  }

  @AfterEach
  void end() throws IOException, InterruptedException {
    if (socket != null) {
      Tool.other("tmux", "-S", socket, "kill-server");
    }
  }

  private void start(int width, String environment, Object... arguments)
      throws IOException, InterruptedException {
    socket = directory.resolve("tmux" + sockets++).toString();
    StringBuilder line = new StringBuilder("env -u NO_COLOR -u COLUMNS " + environment);
    for (String word : new Tool().command(arguments)) {
      line.append(" '").append(word).append("'");
    }
    line.append("; echo ").append(DONE).append("$?; cat");
    List<String> command =
        new ArrayList<>(
            List.of("tmux", "-u", "-S", socket, "-f", "/dev/null", "new-session", "-d"));
    command.addAll(List.of("-x", "" + width, "-y", "30", line.toString()));
    Process tmux = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, tmux.waitFor());
  }

  private String screen(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tmux", "-S", socket, "capture-pane", "-p"));
    command.addAll(List.of(options));
    return Tool.other(command.toArray(new String[0]));
  }

  private String until(String text, String... options) throws IOException, InterruptedException {
    String screen = screen(options);
    while (!screen.contains(text)) {
      Thread.onSpinWait();
      screen = screen(options);
    }
    return screen;
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 80, 120, 200})
  void noLineIsWiderThanTheTerminal(int width) throws IOException, InterruptedException {
    start(width, "LC_ALL=C.UTF-8", "look", directory.resolve("files"));
    String screen = until(DONE + "0");
    List<String> lines = screen.lines().takeWhile(line -> !line.startsWith(DONE)).toList();
    assertEquals(9, lines.size(), "a line was broken:\n" + screen);
    assertTrue(lines.get(0).matches(" *in +memory +size .*"), screen);
    assertTrue(lines.get(0).endsWith("name"), screen);
    assertEquals(5, lines.stream().filter(line -> line.matches(".*file \\d")).count(), screen);
    assertTrue(screen.contains("\u65e5\u672c"), screen);
    assertTrue(screen.contains("\u2588"), screen);
    assertEquals(width >= 120, lines.get(0).contains(" pages "), screen);
  }

  @Test
  void coloursAreThereAndGoWithNoColor() throws IOException, InterruptedException {
    start(100, "LC_ALL=C.UTF-8 TERM=xterm-256color", "look", directory.resolve("files"));
    assertTrue(until(DONE + "0", "-e").contains("\033[38;5;"));
    end();
    start(100, "LC_ALL=C.UTF-8 NO_COLOR=1", "look", directory.resolve("files"));
    assertFalse(until(DONE + "0", "-e").contains("\033[38;5;"));
  }

  @Test
  void withoutUtf8ThereIsOnlyAscii() throws IOException, InterruptedException {
    start(100, "LC_ALL=C", "look", directory.resolve("files"));
    String screen = until(DONE + "0");
    assertTrue(screen.matches("[\\x0a\\x20-\\x7e]*"), screen);
    assertTrue(screen.contains("# all"), screen);
  }

  @Test
  void pipedThereIsNoEscapeAndNoCutName() throws IOException, InterruptedException {
    String text = new Tool().run("look", directory.resolve("files")).out();
    assertFalse(text.contains("\033"), text);
    assertTrue(text.contains(directory + "/files/a rather long name of a file 4"), text);
  }

  @Test
  void watchIsSortedByKeysAndQuits() throws IOException, InterruptedException {
    start(90, "LC_ALL=C.UTF-8", "watch", "-i", "0.3", directory.resolve("files"));
    String screen = until("history ");
    assertTrue(screen.contains("by movement"), screen);
    assertTrue(screen.lines().allMatch(line -> line.length() <= 90), screen);
    Samples.touch(directory.resolve("files/a rather long name of a file 2"), 50, 60, 70, 80);
    until("+");
    Tool.other("tmux", "-S", socket, "send-keys", "n");
    until("by name");
    Tool.other("tmux", "-S", socket, "resize-window", "-x", "70", "-y", "20");
    Tool.other("tmux", "-S", socket, "send-keys", "q");
    screen = until(DONE + "0");
    assertFalse(screen.contains("history"), "the screen before is not back:\n" + screen);
  }

  @Test
  void loadHasABar() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("slow"), 1000);
    Samples.evict(file);
    start(80, "LC_ALL=C.UTF-8", "load", "--limit-rate", "1M", file);
    assertTrue(until(" left").contains(" of 3.91M  "));
    Tool.other("tmux", "-S", socket, "send-keys", "C-c");
    assertTrue(until(DONE + "130").contains("stopped: "));
  }
}
