// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A program of this module in a JVM of its own, started as {@code ./demo} starts it. */
final class ChildProgram implements AutoCloseable {
  /** A pattern that no line matches. */
  static final String END = "(?!)";

  private final Process process;
  private final BufferedReader output;
  private final List<String> lines = new ArrayList<>();

  private ChildProgram(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Starts a program whose pictures and temporary files go into a directory. */
  static ChildProgram start(Path directory, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "-XX:-UsePerfData",
                "-Xmx128m",
                "-Djava.io.tmpdir=" + directory,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName()));
    command.addAll(List.of(arguments));
    return new ChildProgram(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .directory(directory.toFile())
            .start());
  }

  /** Reads up to a line that matches; false if the output ends before. */
  boolean readUntil(String pattern) throws IOException {
    String line = output.readLine();
    while (line != null) {
      lines.add(line);
      if (line.matches(pattern)) {
        return true;
      }
      line = output.readLine();
    }
    return false;
  }

  /** Returns the last line so far that matches. */
  Optional<String> lastMatch(String pattern) {
    return lines.stream().filter(line -> line.matches(pattern)).reduce((a, b) -> b);
  }

  String text() {
    return String.join("\n", lines);
  }

  /** Asks the program to stop, as Ctrl-C does. */
  void stop() {
    process.toHandle().destroy();
  }

  /** Lets the program run for a while, and kills it. */
  void killAfter(int milliseconds) throws InterruptedException {
    process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
    process.toHandle().destroyForcibly();
  }

  /** Waits for the end of the program, and returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      throw new IllegalStateException("still running: " + text());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    output.close();
  }
}
