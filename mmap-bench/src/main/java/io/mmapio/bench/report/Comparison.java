// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Two runs, before a release: what became slower or faster beyond the noise, that is by more than 5
 * % even at the near end of the interval of {@link Estimate}. Only what is ours is judged: a peer
 * that moved tells of the machine, and is said.
 */
public final class Comparison {
  private static final double TOLERATED = 1.05;

  /** What can be said of one benchmark. */
  enum Verdict {
    SLOWER,
    FASTER,
    SAME,
    MISSING
  }

  /** One line. */
  record Line(String key, boolean ours, Verdict verdict, Estimate ratio) {}

  private final List<Line> lines = new ArrayList<>();

  /**
   * Compares.
   *
   * @param before the old
   * @param after the new
   * @throws IllegalArgumentException if they are of different JDKs or machines
   */
  public Comparison(ResultFile before, ResultFile after) {
    if (before.machine().feature() != after.machine().feature()
        || !before.machine().cpu().equals(after.machine().cpu())) {
      throw new IllegalArgumentException(
          "not comparable: " + before.machine() + " and " + after.machine());
    }
    Map<String, Result> now =
        after.results().stream().collect(Collectors.toMap(Result::key, Function.identity()));
    for (Result old : before.results()) {
      lines.add(compare(old, now.get(old.key())));
    }
  }

  private static Line compare(Result old, Result now) {
    boolean ours = Question.isOurs(old);
    if (now == null) {
      return new Line(old.key(), ours, Verdict.MISSING, new Estimate(Double.NaN, 0, 0));
    }
    Estimate ratio = Estimate.ratio(now.samples(), old.samples());
    Verdict verdict =
        ratio.low() > TOLERATED
            ? Verdict.SLOWER
            : ratio.high() < 1 / TOLERATED ? Verdict.FASTER : Verdict.SAME;
    return new Line(old.key(), ours, verdict, ratio);
  }

  /**
   * Whether something of ours became slower, or is missing.
   *
   * @return true if a release should wait
   */
  public boolean isSlower() {
    return lines.stream()
        .anyMatch(l -> l.ours && (l.verdict == Verdict.SLOWER || l.verdict == Verdict.MISSING));
  }

  List<Line> lines() {
    return List.copyOf(lines);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      if (line.verdict != Verdict.SAME) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-7s %s %.2f (%.2f to %.2f) %s%n",
                line.verdict,
                line.ours ? "ours" : "peer",
                line.ratio.value(),
                line.ratio.low(),
                line.ratio.high(),
                line.key));
      }
    }
    long same = lines.stream().filter(l -> l.verdict == Verdict.SAME).count();
    return text.append(same)
        .append(" of ")
        .append(lines.size())
        .append(" the same within the noise\n")
        .toString();
  }
}
