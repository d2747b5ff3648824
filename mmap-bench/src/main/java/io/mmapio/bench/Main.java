// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.bench.report.Comparison;
import io.mmapio.bench.report.Machine;
import io.mmapio.bench.report.Report;
import io.mmapio.bench.report.ResultFile;
import io.mmapio.bench.stalls.Stalls;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** What {@code mvn -pl mmap-bench} runs. */
public final class Main {
  private static final String USAGE =
      """
      quick                     a first look, under 5 minutes
      full [ROUNDS]             all that the README quotes, 20 minutes a round; 2 rounds if not said
      jmh ARGUMENT...           JMH, with its own arguments: jmh -h names them, jmh -l lists the benchmarks
      stalls [SECONDS [ROUNDS]] safepoints and virtual threads beside a slow disk; Linux, as root
      report PAGE RESULTS...    one HTML page from result files
      compare OLD NEW           what became slower or faster beyond the noise; fails if slower
      """;

  private Main() {}

  /**
   * Runs it.
   *
   * @param arguments see USAGE
   * @throws Exception if a benchmark or a file fails
   */
  public static void main(String[] arguments) throws Exception {
    List<String> rest =
        Arrays.asList(arguments).subList(Math.min(1, arguments.length), arguments.length);
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "quick" -> write("quick", Rounds.run(Preset.quick()));
      case "full" -> write("full", Rounds.run(Preset.full(rounds(rest))));
      case "jmh" -> jmh(rest.toArray(String[]::new));
      case "stalls" -> Stalls.run(number(rest, 0, 20), number(rest, 1, 7));
      case "report" -> report(rest);
      case "compare" -> compare(rest);
      default -> usage();
    }
  }

  private static int rounds(List<String> rest) {
    String rounds = rest.isEmpty() ? "2" : rest.get(0);
    if (!rounds.matches("[1-9][0-9]?")) {
      usage();
    }
    return Integer.parseInt(rounds);
  }

  private static int number(List<String> rest, int index, int otherwise) {
    return rest.size() > index ? Integer.parseInt(rest.get(index)) : otherwise;
  }

  private static void write(String name, Collection<RunResult> results) throws IOException {
    Path directory =
        Files.createDirectories(
            Path.of(System.getProperty("mmapio.bench.results", "target/bench")));
    Path file = directory.resolve(name + "-jdk" + Runtime.version().feature() + ".json");
    ResultFile.write(
        file, Machine.here(BenchFile.directory(0), BenchFile.directory(Long.MAX_VALUE)), results);
    Path page = directory.resolve(name + "-jdk" + Runtime.version().feature() + ".html");
    System.out.print(Report.write(page, List.of(ResultFile.read(file))));
    System.out.printf(
        "%n%d results in %d s: %s%nThe page: %s%n",
        results.size(),
        ManagementFactory.getRuntimeMXBean().getUptime() / 1000,
        file.toAbsolutePath(),
        page.toAbsolutePath());
  }

  private static void jmh(String[] arguments) throws IOException, RunnerException {
    try {
      CommandLineOptions options = new CommandLineOptions(arguments);
      if (!isQuestion(options)) {
        write("jmh", new Runner(Preset.withFlags(options)).run());
        return;
      }
    } catch (CommandLineOptionException | NoBenchmarksException e) {
      // JMH's main finds the same, and says what is wrong.
    }
    org.openjdk.jmh.Main.main(arguments);
  }

  /** Whether JMH's main answers without running anything. */
  private static boolean isQuestion(CommandLineOptions options) {
    return options.shouldHelp()
        || options.shouldList()
        || options.shouldListWithParams()
        || options.shouldListProfilers()
        || options.shouldListResultFormats();
  }

  private static void report(List<String> paths) throws IOException {
    if (paths.size() < 2) {
      usage();
    }
    Map<Machine, ResultFile> files = new LinkedHashMap<>();
    for (String path : paths.subList(1, paths.size())) {
      ResultFile file = ResultFile.read(Path.of(path));
      files.merge(file.machine(), file, ResultFile::with);
    }
    System.out.print(Report.write(Path.of(paths.get(0)), List.copyOf(files.values())));
  }

  private static void compare(List<String> paths) throws IOException {
    if (paths.size() != 2) {
      usage();
    }
    Comparison comparison =
        new Comparison(
            ResultFile.read(Path.of(paths.get(0))), ResultFile.read(Path.of(paths.get(1))));
    System.out.print(comparison);
    if (comparison.isSlower()) {
      System.exit(1);
    }
  }

  private static void usage() {
    System.err.print(USAGE);
    System.exit(2);
  }
}
