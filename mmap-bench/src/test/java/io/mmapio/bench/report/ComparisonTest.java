// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private static final Result OURS = result("ours", 10, 10.1, 9.9);
  private static final Result PEER = result("invokeCleaner", 12, 12.1, 11.9);

  @Test
  void slowerBeyondTheNoiseIsTold() {
    Comparison comparison = compare(17, result("ours", 12, 12.2, 11.8), PEER);
    assertTrue(comparison.isSlower());
    assertTrue(comparison.toString().startsWith("SLOWER  ours 1.20"), comparison::toString);
  }

  @Test
  void noiseIsNotSlower() {
    Comparison comparison = compare(17, result("ours", 10.4, 9.8, 13), PEER);
    assertFalse(comparison.isSlower(), comparison::toString);
    assertEquals("2 of 2 the same within the noise\n", comparison.toString());
  }

  @Test
  void fasterIsNoReasonToWait() {
    Comparison comparison = compare(17, result("ours", 5, 5.1, 4.9), PEER);
    assertFalse(comparison.isSlower());
    assertTrue(comparison.toString().startsWith("FASTER  ours 0.50"), comparison::toString);
  }

  @Test
  void peersAreToldButNotJudged() {
    Comparison comparison = compare(17, OURS, result("invokeCleaner", 24, 24, 24));
    assertFalse(comparison.isSlower());
    assertTrue(comparison.toString().startsWith("SLOWER  peer 2.00"), comparison::toString);
  }

  @Test
  void whatIsMissingOfOursIsNotFine() {
    Comparison comparison = compare(17, PEER);
    assertTrue(comparison.isSlower());
    assertTrue(comparison.toString().startsWith("MISSING ours"), comparison::toString);
  }

  @Test
  void otherJdksAreNotComparable() {
    assertThrows(IllegalArgumentException.class, () -> compare(25, OURS, PEER));
  }

  private static Comparison compare(int jdk, Result... now) {
    return new Comparison(
        new ResultFile(machine(17), List.of(OURS, PEER)),
        new ResultFile(machine(jdk), List.of(now)));
  }

  static Machine machine(int jdk) {
    return new Machine("2026-11-23", "a VM", jdk, "a CPU", 1, "a kernel", "ext4", "tmpfs");
  }

  static Result result(String method, double... samples) {
    return new Result(
        17,
        "MapAndCloseBenchmark." + method,
        Map.of("kib", "1024"),
        "ns",
        new Samples(samples),
        new Samples(),
        new Samples());
  }
}
