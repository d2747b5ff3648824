// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.stalls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Measures how long a slow disk keeps threads that do not read from it. */
public final class Stalls {
  private static final int READS = 100; // a second
  private static final Pattern REACHING = Pattern.compile("Reaching safepoint: +([0-9]+) ns");

  private Stalls() {}

  /**
   * Runs it, and prints two tables.
   *
   * @param seconds for each way to read
   * @param rounds of the second table
   * @throws IOException if something fails
   * @throws InterruptedException if it is interrupted
   */
  public static void run(int seconds, int rounds) throws IOException, InterruptedException {
    String reason = SlowDisk.unsupportedReason();
    if (!reason.isEmpty()) {
      System.out.println("LEFT OUT: threads beside a slow disk: " + reason);
      return;
    }
    int jdk = Runtime.version().feature();
    try (SlowDisk disk = SlowDisk.create(READS)) {
      System.out.printf(
          "JDK %d, a disk of %d reads a second%n%n"
              + "| 4 threads read by | safepoints | time to safepoint, us: p50 | p99 | max"
              + " | blocks |%n|---|---|---|---|---|---|%n",
          jdk, READS);
      for (ColdReader.Way way : ColdReader.Way.values()) {
        if (way != ColdReader.Way.MEMORY_SEGMENT || jdk >= 22) {
          safepoints(disk, way, seconds);
        }
      }
      if (jdk >= 21) {
        System.out.printf(
            "%n| virtual threads read by | throughput of others, alone = 1 | range | blocks/s |%n"
                + "|---|---|---|---|%n");
        disk.chill();
        System.out.print(
            java(disk, ThroughputProgram.class, List.of(), disk.file.toString(), "" + rounds));
      }
    }
  }

  private static void safepoints(SlowDisk disk, ColdReader.Way way, int seconds)
      throws IOException, InterruptedException {
    disk.chill();
    List<String> options = List.of("-XX:+UseSerialGC", "-Xmx64m", "-Xlog:safepoint=info");
    String output =
        java(disk, SafepointProgram.class, options, way.name(), disk.file.toString(), "" + seconds);
    String measured = output.substring(output.indexOf(SafepointProgram.MEASURED));
    long[] nanos =
        REACHING.matcher(measured).results().mapToLong(it -> Long.parseLong(it.group(1))).toArray();
    Arrays.sort(nanos);
    Matcher blocks = Pattern.compile("blocks ([0-9]+)").matcher(measured);
    System.out.printf(
        "| %s | %d | %.0f | %.0f | %.0f | %s |%n",
        way,
        nanos.length,
        nanos[nanos.length / 2] / 1e3,
        nanos[(int) (nanos.length * 0.99)] / 1e3,
        nanos[nanos.length - 1] / 1e3,
        blocks.find() ? blocks.group(1) : "?");
  }

  private static String java(
      SlowDisk disk, Class<?> program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    if (Runtime.version().feature() >= 24) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    Path log = Files.createTempFile("stalls", ".log");
    Process process =
        new ProcessBuilder(disk.slowed(command))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    int status = process.waitFor();
    String output = Files.readString(log, StandardCharsets.UTF_8);
    Files.delete(log);
    if (status != 0) {
      throw new IOException(program + ": " + output);
    }
    return output;
  }
}
