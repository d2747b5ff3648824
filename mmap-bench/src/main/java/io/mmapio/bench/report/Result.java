// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * One benchmark with one set of parameters in one run.
 *
 * @param jdk the JDK's number
 * @param benchmark class and method
 * @param params by name
 * @param unit of a sample
 * @param samples by fork and iteration; of a benchmark that samples, medians
 * @param p99 by fork and iteration; empty for others
 * @param last what {@code AsyncBenchmark} counts; empty for others
 */
record Result(
    int jdk,
    String benchmark,
    Map<String, String> params,
    String unit,
    Samples samples,
    Samples p99,
    Samples last) {

  static Result of(int jdk, JsonNode json) {
    String name = json.get("benchmark").asText();
    String type = name.substring(0, name.lastIndexOf('.'));
    Map<String, String> params = new TreeMap<>();
    json.path("params")
        .fields()
        .forEachRemaining(p -> params.put(p.getKey(), p.getValue().asText()));
    JsonNode metric = json.get("primaryMetric");
    return new Result(
        jdk,
        name.substring(type.lastIndexOf('.') + 1),
        params,
        metric.get("scoreUnit").asText().replace("us/", "µs/").replace("/op", ""),
        Samples.of(metric.path("rawData")),
        Samples.of(metric.path("rawP99")),
        Samples.of(json.path("secondaryMetrics").path("last").path("rawData")));
  }

  /** What has to be the same for two results to be compared. */
  String key() {
    return benchmark + " " + params;
  }
}
