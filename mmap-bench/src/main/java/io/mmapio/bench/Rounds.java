// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs everything once, then everything once more, and so on, each time in new JVMs. JMH by itself
 * runs all forks of one benchmark before it comes to the next; a machine that becomes slower
 * meanwhile, as virtual ones do, would make a peer look slower than the one before it.
 */
final class Rounds {
  private final Map<String, RunResult> results = new LinkedHashMap<>();

  private Rounds() {}

  /**
   * Runs.
   *
   * @param runs each says how many forks it wants
   * @return a result for each benchmark and its parameters, with the samples of all forks
   */
  static Collection<RunResult> run(List<Options> runs) throws RunnerException {
    Rounds rounds = new Rounds();
    int most = runs.stream().mapToInt(Rounds::forks).max().orElse(0);
    for (int round = 0; round < most; round++) {
      System.out.printf(
          "%n# Round %d of %d, %tT%n", round + 1, most, LocalTime.now(ZoneId.systemDefault()));
      for (Options run : runs) {
        if (round < forks(run)) {
          new Runner(new OptionsBuilder().parent(run).forks(1).build()).run().forEach(rounds::add);
        }
      }
    }
    return rounds.results.values();
  }

  private static int forks(Options run) {
    return run.getForkCount().orElse(1);
  }

  private void add(RunResult more) {
    BenchmarkParams params = more.getParams();
    Map<String, String> values = new TreeMap<>();
    params.getParamsKeys().forEach(name -> values.put(name, params.getParam(name)));
    String key = params.getBenchmark() + values;
    RunResult before = results.get(key);
    if (before == null) {
      results.put(key, more);
      return;
    }
    List<BenchmarkResult> all = new ArrayList<>(before.getBenchmarkResults());
    all.addAll(more.getBenchmarkResults());
    results.put(key, new RunResult(before.getParams(), all));
  }
}
