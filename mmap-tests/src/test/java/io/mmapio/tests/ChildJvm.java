// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a main class in a JVM of its own, for what could end a JVM. */
final class ChildJvm {
  private static final long MINUTES = 5;

  /** What runs programs of this JVM's kind where the kernel does not: an emulator's command. */
  private static final List<String> LAUNCHER =
      List.of(System.getProperty("mmapio.test.launcher", "").split(" ")).stream()
          .filter(word -> !word.isEmpty())
          .toList();

  private final List<String> options = new ArrayList<>();
  private final List<String> prefix = new ArrayList<>();
  private String heap = "-Xmx256m";
  private String classPath = System.getProperty("java.class.path");

  /** How a child ended, and everything it printed. */
  record Outcome(int exitCode, String output) {}

  ChildJvm option(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Puts a command in front of the JVM's, for example one that lowers a limit. */
  ChildJvm under(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  /** Has the JVM choose, which takes a part of the machine's memory. */
  ChildJvm defaultHeap() {
    heap = "-Xmx" + Runtime.getRuntime().maxMemory();
    return this;
  }

  ChildJvm classPath(String path) {
    classPath = path;
    return this;
  }

  Outcome run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(LAUNCHER);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add(heap);
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("child", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(output.getParent().toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("still running after minutes: " + command + "\n" + text(output));
      }
      return new Outcome(process.exitValue(), text(output));
    } finally {
      if (!output.toFile().delete()) {
        output.toFile().deleteOnExit(); // under wine its services have inherited it from the child
      }
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
