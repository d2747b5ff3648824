// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What has to be reached: a ratio of medians in one run.
 *
 * @param text for people
 * @param numerator a result
 * @param denominator a result, or empty for an absolute figure
 * @param part of the results that counts
 * @param atLeast whether more is better
 * @param bound to be kept
 */
record Goal(
    String text,
    Pick numerator,
    Optional<Pick> denominator,
    Function<Result, Samples> part,
    boolean atLeast,
    double bound) {

  /** Names a result. */
  record Pick(String benchmark, Map<String, String> params) {
    static Pick of(String benchmark, String... params) {
      Map<String, String> map = new TreeMap<>();
      for (int i = 0; i < params.length; i += 2) {
        map.put(params[i], params[i + 1]);
      }
      return new Pick(benchmark, map);
    }

    Optional<Result> from(List<Result> results) {
      return results.stream()
          .filter(r -> r.benchmark().equals(benchmark))
          .filter(r -> r.params().entrySet().containsAll(params.entrySet()))
          .findFirst();
    }
  }

  /** What was measured of it; empty if something was not. */
  Optional<Estimate> measured(List<Result> results) {
    Optional<Samples> above = numerator.from(results).map(part);
    if (denominator.isEmpty()) {
      return above.map(a -> Estimate.ratio(a, new Samples(new double[] {1})));
    }
    Optional<Samples> below = denominator.get().from(results).map(part);
    return above.flatMap(a -> below.map(b -> Estimate.ratio(a, b)));
  }

  boolean isMet(Estimate estimate) {
    return atLeast ? estimate.value() >= bound : estimate.value() <= bound;
  }

  /** The bound as people write it. */
  String wanted() {
    return (atLeast ? "≥ " : "≤ ") + figure(bound);
  }

  static String figure(double value) {
    if (value >= 100) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, value >= 10 ? "%.1f" : value >= 0.1 ? "%.2f" : "%.4f", value);
  }
}
