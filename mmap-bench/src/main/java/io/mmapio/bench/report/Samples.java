// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What JMH measured: times by fork and iteration. */
final class Samples {
  private final double[][] forks;

  Samples(double[]... forks) {
    this.forks = forks;
  }

  static Samples of(JsonNode json) {
    double[][] forks = new double[json.size()][];
    for (int i = 0; i < forks.length; i++) {
      forks[i] = new double[json.get(i).size()];
      for (int j = 0; j < forks[i].length; j++) {
        forks[i][j] = json.get(i).get(j).asDouble();
      }
    }
    return new Samples(forks);
  }

  /** The median of all. */
  double median() {
    double[] all = Stream.of(forks).flatMapToDouble(Arrays::stream).sorted().toArray();
    if (all.length == 0) {
      throw new IllegalStateException("no samples");
    }
    int half = all.length / 2;
    return all.length % 2 == 1 ? all[half] : (all[half - 1] + all[half]) / 2;
  }

  /** As many, drawn with replacement: forks first, then iterations of each. */
  Samples draw(SplittableRandom random) {
    double[][] drawn = new double[forks.length][];
    for (int i = 0; i < drawn.length; i++) {
      double[] fork = forks[random.nextInt(forks.length)];
      drawn[i] = new double[fork.length];
      for (int j = 0; j < fork.length; j++) {
        drawn[i][j] = fork[random.nextInt(fork.length)];
      }
    }
    return new Samples(drawn);
  }
}
