// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Runs the packaged jar as people do, with the heap that it has to be content with. */
final class Tool {
  static final Path JAR = Path.of(System.getProperty("mmapio.tool.jar", "target/mmap.jar"));

  /** What came of a run. */
  record Outcome(int exitCode, String out, String err) {
    String all() {
      return "exit code " + exitCode + "\n" + out + "\n" + err;
    }
  }

  private final Map<String, String> environment = new TreeMap<>(Map.of("LC_ALL", "C.UTF-8"));
  private final List<String> before = new ArrayList<>();
  private Path directory = Path.of("").toAbsolutePath();
  private String heap = "128m";

  Tool in(Path workingDirectory) {
    directory = workingDirectory;
    return this;
  }

  Tool with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Tool withHeap(String size) {
    heap = size;
    return this;
  }

  Tool under(String... command) {
    before.addAll(List.of(command));
    return this;
  }

  List<String> command(Object... arguments) {
    List<String> command = new ArrayList<>(before);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:TieredStopAtLevel=1",
            "-jar",
            JAR.toAbsolutePath().toString()));
    for (Object argument : arguments) {
      command.add(String.valueOf(argument));
    }
    return command;
  }

  Process start(Object... arguments) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(arguments)).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("COLUMNS|NO_COLOR|LC_.*|LANG"));
    builder.environment().putAll(environment);
    return builder.start();
  }

  Outcome run(Object... arguments) throws IOException, InterruptedException {
    return outcome(start(arguments));
  }

  static Outcome outcome(Process process) throws IOException, InterruptedException {
    process.getOutputStream().close();
    Path err = Files.createTempFile("mmap-tool", ".err");
    Thread errors =
        new Thread(
            () -> {
              try {
                Files.write(err, process.getErrorStream().readAllBytes());
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    errors.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    errors.join();
    return new Outcome(process.waitFor(), out, Files.readString(err));
  }

  /** Runs something else; its output. */
  static String other(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return out;
  }
}
