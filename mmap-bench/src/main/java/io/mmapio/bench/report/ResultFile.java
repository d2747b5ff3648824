// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;

/**
 * A file of results: the machine, and what JMH writes, less the histograms, which would be most of
 * the file: their medians and 99th percentiles stay. Flags of the JVM are those of the preset.
 *
 * @param machine on what
 * @param results what
 */
public record ResultFile(Machine machine, List<Result> results) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Writes one.
   *
   * @param file is replaced
   * @param machine on what
   * @param results what
   * @throws IOException if it cannot
   */
  public static void write(Path file, Machine machine, Collection<RunResult> results)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream stream = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
    }
    ArrayNode array = (ArrayNode) JSON.readTree(bytes.toByteArray());
    for (JsonNode result : array) {
      Histogram.replace((ObjectNode) result.get("primaryMetric"));
      // Where things lay on that machine says nothing to others.
      ((ObjectNode) result).remove(List.of("jvm", "jvmArgs"));
    }
    ObjectNode all = JSON.createObjectNode();
    all.set("machine", JSON.valueToTree(machine));
    all.set("results", array);
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
  }

  /**
   * Reads one.
   *
   * @param file was written by {@link #write}
   * @return its contents
   * @throws IOException if it cannot, or if that is no such file
   */
  public static ResultFile read(Path file) throws IOException {
    JsonNode all = JSON.readTree(file.toFile());
    if (!all.has("machine") || !all.has("results")) {
      throw new IOException(file + " is not a file of results: no machine or no results in it");
    }
    Machine machine = JSON.treeToValue(all.get("machine"), Machine.class);
    List<Result> results = new ArrayList<>();
    for (JsonNode result : all.get("results")) {
      results.add(Result.of(machine.feature(), result));
    }
    return new ResultFile(machine, results);
  }

  /**
   * Puts the results of another file behind these.
   *
   * @param more of the same machine, and of other questions
   * @return both
   */
  public ResultFile with(ResultFile more) {
    List<Result> all = new ArrayList<>(results);
    all.addAll(more.results);
    return new ResultFile(machine, List.copyOf(all));
  }
}
