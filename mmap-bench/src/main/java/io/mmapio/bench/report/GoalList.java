// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import io.mmapio.bench.report.Goal.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Goals that are made one after another. */
abstract class GoalList {
  private final List<Goal> goals = new ArrayList<>();

  final List<Goal> made() {
    return goals;
  }

  static Pick peer(String benchmark, String peer) {
    return Pick.of(benchmark, "peer", peer);
  }

  final void atLeast(String text, Pick above, Pick below, double bound) {
    add(text, above, Optional.of(below), Result::samples, true, bound);
  }

  final void atMost(String text, Pick above, Pick below, double bound) {
    add(text, above, Optional.of(below), Result::samples, false, bound);
  }

  final void add(
      String text,
      Pick above,
      Optional<Pick> below,
      Function<Result, Samples> part,
      boolean atLeast,
      double bound) {
    goals.add(new Goal(text, above, below, part, atLeast, bound));
  }
}
