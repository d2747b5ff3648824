// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class EstimateTest {
  private static final double[] STEADY = {10, 10.1, 9.9, 10, 10.05};

  @Test
  void ratioOfMediansAndItsInterval() {
    Estimate ratio =
        Estimate.ratio(
            new Samples(new double[] {20, 20.2, 19.8}, new double[] {20, 20.1, 19.9}),
            new Samples(STEADY, STEADY));
    assertEquals(2, ratio.value(), 1e-9);
    assertTrue(ratio.low() > 1.95 && ratio.low() <= 2, ratio::toString);
    assertTrue(ratio.high() < 2.05 && ratio.high() >= 2, ratio::toString);
  }

  @Test
  void forksThatDisagreeMakeItUnsure() {
    Samples steady = new Samples(STEADY, STEADY, STEADY);
    Samples torn = new Samples(STEADY, STEADY, new double[] {20, 20, 20, 20, 20});
    assertTrue(Estimate.ratio(torn, steady).high() > 1.9, "one fork of three was twice as slow");
    assertTrue(Estimate.ratio(steady, steady).high() < 1.05);
  }

  @Test
  void medianOfAnEvenNumberIsBetween() {
    assertEquals(2.5, new Samples(new double[] {4, 1}, new double[] {3, 2}).median());
    assertThrows(IllegalStateException.class, new Samples()::median);
  }

  @Test
  void histogramsBecomePercentiles() throws Exception {
    ObjectNode metric =
        (ObjectNode)
            new ObjectMapper()
                .readTree("{\"rawDataHistogram\":[[[[1.0,98],[5.0,1],[70.0,1]],[[2.0,1]]]]}");
    Histogram.replace(metric);
    assertEquals("{\"rawData\":[[1.0,2.0]],\"rawP99\":[[5.0,2.0]]}", metric.toString());
  }
}
