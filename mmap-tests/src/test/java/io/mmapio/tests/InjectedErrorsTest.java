// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * System calls that fail, one at a time: strace(1) has the kernel refuse the first call of that
 * name that the thread at work makes, as a broken disk or a full machine would.
 */
@Tag("child-jvm")
final class InjectedErrorsTest {
  private static final List<String> ERRORS = List.of("EIO", "ENOSPC", "EINTR", "ENOMEM", "EAGAIN");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  @TempDir Path directory;

  @BeforeAll
  static void straceIsThere() throws IOException {
    Machine.assumeTool("strace");
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
  }

  /** A few that CI runs. */
  static Stream<Arguments> some() {
    return InjectedErrors.USES.keySet().stream().map(call -> Arguments.of(call, "EIO"));
  }

  static Stream<Arguments> all() {
    return InjectedErrors.USES.keySet().stream()
        .flatMap(call -> ERRORS.stream().map(error -> Arguments.of(call, error)));
  }

  @ParameterizedTest
  @MethodSource("some")
  void failedCallIsTheRightException(String call, String error) throws Exception {
    inject(call, error);
  }

  @ParameterizedTest
  @MethodSource("all")
  @Tag("long")
  void whateverFailsHowever(String call, String error) throws Exception {
    inject(call, error);
  }

  private void inject(String call, String error) throws Exception {
    Path file = Bytes.patterned(directory.resolve("file"), 1 << 20);
    Process child =
        new ChildJvm()
            .option("-Xms64m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch")
            .start(InjectedErrors.class, file.toString(), call);
    Process strace = null;
    try (BufferedReader output = child.inputReader();
        Writer input = child.outputWriter()) {
      String thread = output.readLine();
      assertTrue(thread != null && thread.matches("[0-9]+"), thread);
      strace = attach(thread, call, error);
      input.write("go\n");
      input.flush();
      String report = output.lines().collect(Collectors.joining("\n"));
      assertTrue(child.waitFor(1, TimeUnit.MINUTES), report);
      assertEquals(0, child.exitValue(), report);
      String expected = InjectedErrors.USES.get(call).expected(error);
      assertTrue(report.lines().anyMatch(line -> line.matches(expected)), expected + "\n" + report);
      assertTrue(report.endsWith("nothing left, works on"), report);
    } finally {
      child.destroyForcibly();
      if (strace != null) {
        strace.destroyForcibly();
      }
    }
  }

  /** The backend in Java asks for the status of a file by a call that is the same on all CPUs. */
  private static String systemCall(String name) {
    return name.equals("fstat") && Mmap.backend().name().equals("ffm") ? "statx" : name;
  }

  private Process attach(String thread, String call, String error) throws Exception {
    String name = systemCall(call.split(" ", -1)[0]);
    int at = InjectedErrors.USES.get(call).at();
    Process strace =
        new ProcessBuilder(
                "strace",
                "-qq",
                "-o",
                directory.resolve("strace.log").toString(),
                "-e",
                "trace=" + name,
                "-e",
                "inject=" + name + ":error=" + error + ":when=" + at,
                "-p",
                thread)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("strace.out").toFile())
            .start();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Path status = Path.of("/proc", thread, "status");
    while (Files.readString(status).contains("TracerPid:\t0\n")) {
      assertTrue(strace.isAlive() && System.nanoTime() - deadline < 0, "strace does not attach");
      Thread.onSpinWait();
    }
    return strace;
  }
}
