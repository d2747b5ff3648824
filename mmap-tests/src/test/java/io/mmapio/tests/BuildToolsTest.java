// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands of the README, on a machine that lacks something: one line, before anything else.
 */
final class BuildToolsTest {
  private static final String START = "mmap-io cannot be built here: ";

  /** What the scripts need beyond the tools that are checked. */
  private static final List<String> UTILITIES = List.of("dirname", "head", "sed", "sort");

  /** The only folder on the PATH. */
  @TempDir Path tools;

  @TempDir Path jdk;

  private Path checkout;

  BuildToolsTest() {
    checkout = tools;
  }

  @BeforeEach
  void machineThatHasEverything() throws IOException, URISyntaxException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("the build does not run in an emulator");
    checkout = checkout();
    for (String utility : UTILITIES) {
      executable(tools.resolve(utility), "exec " + onThePath(utility) + " \"$@\"\n");
    }
    maven("3.9.11", "17.0.15");
    executable(tools.resolve("g++"), "");
    executable(jdk.resolve("bin/javac"), "");
  }

  private static Path checkout() throws URISyntaxException {
    Path classes =
        Path.of(BuildToolsTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    return Stream.iterate(classes, Objects::nonNull, Path::getParent)
        .filter(folder -> Files.exists(folder.resolve(".ci/build-jdk")))
        .findFirst()
        .orElseThrow();
  }

  private static Path onThePath(String utility) {
    return Stream.of(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, utility))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void maven(String version, String java) throws IOException {
    executable(
        tools.resolve("mvn"),
        """
        echo 'Apache Maven %s (0123456789)'
        echo 'Maven home: /usr/share/maven'
        echo 'Java version: %s, vendor: nobody, runtime: %s'
        """
            .formatted(version, java, jdk));
  }

  /** How a script ended, and what it printed. */
  private record Outcome(int exitCode, String output, String errors) {}

  private Outcome run(String script) throws IOException, InterruptedException {
    Path errors = tools.resolve("errors");
    ProcessBuilder builder =
        new ProcessBuilder(checkout.resolve(script).toString()).redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Outcome(process.waitFor(), output, Files.readString(errors));
  }

  private void assertRefused(String reason) throws IOException, InterruptedException {
    assertRefused(".ci/build-jdk", reason);
  }

  private void assertRefused(String script, String reason)
      throws IOException, InterruptedException {
    Outcome outcome = run(script);
    assertEquals(1, outcome.exitCode(), outcome.toString());
    assertEquals("", outcome.output(), script);
    assertTrue(outcome.errors().startsWith(START + reason), outcome.errors());
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"17.0.15", "17", "21.0.9", "25.0.3", "26-ea"})
  void homeOfTheJdkIsPrintedWhereNothingIsMissing(String java)
      throws IOException, InterruptedException {
    maven("3.6.3", java);
    assertEquals(new Outcome(0, jdk + "\n", ""), run(".ci/build-jdk"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.8.0_292", "11.0.14.1", "16"})
  void olderJdk(String java) throws IOException, InterruptedException {
    maven("3.9.11", java);
    assertRefused("Maven runs on Java " + java + " (" + jdk + "); JDK 17 or later is needed");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.6.2", "3.0.5", "2.2.1"})
  void olderMaven(String version) throws IOException, InterruptedException {
    maven(version, "17.0.15");
    assertRefused("this is Maven " + version + "; 3.6.3 or later is needed");
  }

  @Test
  void noMaven() throws IOException, InterruptedException {
    Files.delete(tools.resolve("mvn"));
    assertRefused("there is no Maven (mvn) on the PATH");
  }

  @Test
  void mavenThatDoesNotStart() throws IOException, InterruptedException {
    executable(
        tools.resolve("mvn"), "echo 'JAVA_HOME is wrong' >&2; echo '  at some.Frame' >&2; exit 1");
    assertRefused("Maven does not start with JAVA_HOME= (mvn --version): JAVA_HOME is wrong");
  }

  @Test
  void runtimeWithoutCompiler() throws IOException, InterruptedException {
    Files.delete(jdk.resolve("bin/javac"));
    assertRefused(jdk + " has no javac");
  }

  @Test
  void noCppCompiler() throws IOException, InterruptedException {
    Files.delete(tools.resolve("g++"));
    assertRefused("there is no C++ compiler (g++) on the PATH");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo", "check"})
  void commandsOfTheReadmeAskFirst(String script) throws IOException, InterruptedException {
    Files.delete(tools.resolve("g++"));
    assertRefused(script, "there is no C++ compiler (g++) on the PATH");
  }
}
