// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A ratio of medians and how sure it is: the middle 95 % of the ratios that the bootstrap gives
 * (Efron 1979), which draws forks first and iterations of them then, since the iterations of one
 * JVM resemble each other more than those of two.
 *
 * @param value the ratio itself
 * @param low its lower bound
 * @param high its upper bound
 */
record Estimate(double value, double low, double high) {
  private static final int DRAWS = 2000;

  static Estimate ratio(Samples numerator, Samples denominator) {
    SplittableRandom random = new SplittableRandom(1); // the same answer each time
    double[] ratios = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      ratios[i] = numerator.draw(random).median() / denominator.draw(random).median();
    }
    Arrays.sort(ratios);
    return new Estimate(
        numerator.median() / denominator.median(),
        ratios[(int) (DRAWS * 0.025)],
        ratios[(int) (DRAWS * 0.975)]);
  }
}
