// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command line of the benchmarks does; short of running all of them. */
final class MainTest {
  private static final String RESULTS = "mmapio.bench.results";

  @TempDir Path results;

  /**
   * Runs a main that would run one benchmark, for a moment and in this JVM, and returns the output.
   */
  private String output(String question) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    String resultsBefore = System.getProperty(RESULTS);
    System.setProperty(RESULTS, results.toString());
    System.setOut(new PrintStream(output, true, UTF_8));
    try {
      String moment = " -f 0 -wi 0 -i 1 -r 1ms -p kib=4 bench.CallBenchmark.adviseOurs";
      Main.main(("jmh " + question + moment).trim().split(" +"));
    } finally {
      System.setOut(before);
      if (resultsBefore == null) {
        System.clearProperty(RESULTS);
      } else {
        System.setProperty(RESULTS, resultsBefore);
      }
    }
    return output.toString(UTF_8);
  }

  private long files() throws Exception {
    try (Stream<Path> files = Files.list(results)) {
      return files.count();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-l, io.mmapio.bench.CallBenchmark.adviseOurs",
    "-lp, param \"kib\" = {4}",
    "-lprof, gc: GC profiling",
    "-lrf, json",
    "-h, Usage: java -jar"
  })
  void questionsThatJmhAnswersRunNothing(String question, String answer) throws Exception {
    String output = output(question);
    assertTrue(output.contains(answer), output);
    assertEquals(0, files(), output);
  }

  @Test
  void benchmarkThatIsRunLeavesItsResults() throws Exception {
    String output = output("");
    assertTrue(output.contains("1 results in"), output);
    assertEquals(2, files(), output); // JSON and the page
  }
}
