// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the output goes to.
 *
 * @param interactive whether it is a terminal
 * @param width columns
 * @param colour whether colours are wanted and possible
 * @param utf8 whether it shows more than ASCII
 */
public record Terminal(boolean interactive, int width, boolean colour, boolean utf8) {
  private static final int NARROWEST = 40;
  private static final int UNKNOWN_WIDTH = 100;
  private static final int PIPED_WIDTH = 160;
  private static final boolean WINDOWS =
      System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");

  /** When colours are wanted. */
  public enum Colours {
    /** On a terminal, unless NO_COLOR is set. */
    auto,
    /** In any case. */
    always,
    /** Not at all. */
    never
  }

  /** Looks at the standard output. */
  public static Terminal detect(Colours colours) {
    boolean interactive = isTerminal(1);
    int width = interactive ? columns() : fromEnvironment(PIPED_WIDTH);
    return new Terminal(
        interactive,
        Math.max(NARROWEST, width),
        colours == Colours.always || (colours == Colours.auto && interactive && wantsColour()),
        isUtf8());
  }

  private static boolean wantsColour() {
    String no = System.getenv("NO_COLOR");
    return (no == null || no.isEmpty()) && !"dumb".equals(System.getenv("TERM"));
  }

  private static boolean isUtf8() {
    String given = System.getenv("MMAP_CHARSET");
    if (given == null && WINDOWS) {
      given = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding"));
    }
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      if (given == null || given.isEmpty()) {
        given = WINDOWS ? given : System.getenv(name);
      }
    }
    String upper = given == null ? "" : given.toUpperCase(Locale.ROOT);
    return upper.contains("UTF-8") || upper.contains("UTF8") || upper.contains("CP65001");
  }

  /** Tells whether a standard stream of this process is a terminal: 0 input, 1 output, 2 errors. */
  @SuppressWarnings("SystemConsoleNull") // since JDK 22 too much counts: Windows is asked no better
  public static boolean isTerminal(int stream) {
    Path link = Path.of("/proc/self/fd/" + stream);
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return WINDOWS ? System.console() != null : testedTerminal(stream);
    }
  }

  /** macOS: the shell knows. */
  private static boolean testedTerminal(int stream) {
    try {
      Process test = new ProcessBuilder("test", "-t", String.valueOf(stream)).inheritIO().start();
      return test.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Asks the terminal how wide it is now. */
  public static int columns() {
    return Math.max(NARROWEST, WINDOWS ? fromEnvironment(UNKNOWN_WIDTH) : size()[1]);
  }

  /** Asks the terminal for its rows and columns. */
  public static int[] size() {
    String[] words = stty("size").trim().split(" ", -1);
    try {
      int[] size = {Integer.parseInt(words[0]), Integer.parseInt(words[1])};
      return size[1] > 0 ? size : new int[] {24, fromEnvironment(UNKNOWN_WIDTH)};
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return new int[] {24, fromEnvironment(UNKNOWN_WIDTH)};
    }
  }

  /** Runs stty on the terminal of this process; empty if that fails. */
  public static String stty(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "stty";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process stty =
          new ProcessBuilder(command)
              .redirectInput(Path.of("/dev/tty").toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return stty.waitFor(2, TimeUnit.SECONDS) && stty.exitValue() == 0 ? answer : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  private static int fromEnvironment(int otherwise) {
    try {
      return Integer.parseInt(System.getenv().getOrDefault("COLUMNS", "" + otherwise));
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  /** Returns the standard output, in UTF-8 where that is shown. For the caller to flush. */
  public PrintStream out() {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
        /* autoFlush= */ false,
        utf8 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
  }
}
