// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JMH's samples of one iteration: pairs of a value and how often it was seen. */
final class Histogram {
  private Histogram() {}

  /** Puts medians and 99th percentiles in the place of histograms, if there are any. */
  static void replace(ObjectNode metric) {
    JsonNode forks = metric.remove("rawDataHistogram");
    if (forks == null) {
      return;
    }
    ArrayNode medians = metric.putArray("rawData");
    ArrayNode tails = metric.putArray("rawP99");
    for (JsonNode fork : forks) {
      ArrayNode median = medians.addArray();
      ArrayNode tail = tails.addArray();
      for (JsonNode iteration : fork) {
        median.add(percentile(iteration, 0.5));
        tail.add(percentile(iteration, 0.99));
      }
    }
  }

  /** The least value that this share of the samples does not exceed. */
  static double percentile(JsonNode pairs, double share) {
    long total = 0;
    for (JsonNode pair : pairs) {
      total += pair.get(1).asLong();
    }
    long seen = 0;
    double value = 0;
    for (JsonNode pair : pairs) { // JMH gives them in ascending order
      value = pair.get(0).asDouble();
      seen += pair.get(1).asLong();
      if (seen >= share * total) {
        break;
      }
    }
    return value;
  }
}
