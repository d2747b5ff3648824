// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs a main class in a JVM of its own, for what could end a JVM. */
public final class ChildJvm {

  /** What runs programs of this JVM's kind where the kernel does not: an emulator's command. */
  private static final List<String> LAUNCHER =
      List.of(System.getProperty("mmapio.test.launcher", "").split(" ")).stream()
          .filter(word -> !word.isEmpty())
          .toList();

  /** The backend that this run tests, if it is not the one for this platform. */
  private static final String BACKEND = "io.mmapio.backend";

  private final List<String> options = new ArrayList<>();
  private final List<String> prefix = new ArrayList<>();
  private @Nullable String backend = System.getProperty(BACKEND);
  private String heap = "-Xmx256m";
  private long minutes = 5;
  private Path home = Path.of(System.getProperty("java.home"));
  private String classPath = System.getProperty("java.class.path");

  /** How a child ended, and everything it printed. */
  public record Outcome(int exitCode, String output) {
    /** What it printed, without the thousands of warnings that some programs are after. */
    String withoutWarnings() {
      return output
          .lines()
          .filter(line -> !line.startsWith("WARNING: ") && !line.endsWith(".Guard log"))
          .collect(Collectors.joining("\n"));
    }
  }

  public ChildJvm option(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Puts a command in front of the JVM's, for example one that lowers a limit. */
  public ChildJvm under(String... command) {
    prefix.addAll(List.of(command));
    return this;
  }

  /** Has the JVM choose, which takes a part of the machine's memory. */
  ChildJvm defaultHeap() {
    heap = "-Xmx" + Runtime.getRuntime().maxMemory();
    return this;
  }

  /** Has it run for so long, instead of a few minutes. */
  ChildJvm patience(long more) {
    minutes = more;
    return this;
  }

  ChildJvm jdk(Path other) {
    home = other;
    return this;
  }

  /** Names a backend, or none, in place of the one that this run names. */
  ChildJvm backend(@Nullable String name) {
    backend = name;
    return this;
  }

  public ChildJvm classPath(String path) {
    classPath = path;
    return this;
  }

  public Outcome run(Class<?> main, String... arguments) throws IOException, InterruptedException {
    return run(main.getName(), arguments);
  }

  Outcome run(String main, String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("child", ".log");
    try {
      Process process = builder(main, arguments).redirectOutput(output.toFile()).start();
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError("still running after minutes: " + main + "\n" + text(output));
      }
      return new Outcome(process.exitValue(), text(output));
    } finally {
      if (!output.toFile().delete()) {
        output.toFile().deleteOnExit(); // under wine its services have inherited it from the child
      }
    }
  }

  /** Starts it, for a talk through its input and output. */
  Process start(Class<?> main, String... arguments) throws IOException {
    return builder(main.getName(), arguments).start();
  }

  private ProcessBuilder builder(String main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(LAUNCHER);
    command.add(home.resolve("bin").resolve("java").toString());
    command.add("-XX:-CreateCoredumpOnCrash");
    command.add(heap);
    if (warnsOfNativeCode()) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (Machine.isEmulated()) {
      command.add("-D" + Machine.EMULATED + "=true");
    }
    if (backend != null) {
      command.add("-D" + BACKEND + '=' + backend);
    }
    command.addAll(options);
    command.add("-cp");
    command.add(classPath);
    command.add(main);
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .directory(new File(System.getProperty("java.io.tmpdir")))
        .redirectErrorStream(true);
  }

  /** Since JDK 24; its words would be among those of the program. */
  private boolean warnsOfNativeCode() throws IOException {
    String release = Files.readString(home.resolve("release"));
    return !release.matches("(?s).*JAVA_VERSION=\"(1[0-9]|2[0-3])\\b.*");
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
