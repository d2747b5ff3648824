// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** From result files to one page that needs no network, and to the table for the README. */
public final class Report {
  private static final String ECHARTS = "/META-INF/resources/webjars/echarts/5.5.0/echarts.min.js";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<ResultFile> files;

  private Report(List<ResultFile> files) {
    this.files = files;
  }

  /**
   * Writes the page.
   *
   * @param page is replaced
   * @param files one of each JDK, or more
   * @return the goals as a table in Markdown
   * @throws IOException if it cannot
   */
  public static String write(Path page, List<ResultFile> files) throws IOException {
    Report report = new Report(files);
    ObjectNode data = JSON.createObjectNode();
    report.machines(data.putArray("machines"));
    report.goals(data.putArray("goals"));
    report.charts(data.putArray("charts"));
    String json = JSON.writeValueAsString(data).replace("</", "<\\/"); // it stands inside a script
    String html =
        resource("page.html").replace("@ECHARTS@", resource(ECHARTS)).replace("@DATA@", json);
    Files.writeString(page, html);
    return report.markdown();
  }

  private void machines(ArrayNode machines) {
    for (ResultFile file : files) {
      machines
          .addObject()
          .put("jdk", file.machine().feature())
          .put("text", file.machine().toString());
    }
  }

  private void goals(ArrayNode rows) {
    for (Goal goal : Goals.all()) {
      ObjectNode row =
          JSON.createObjectNode().put("text", goal.text()).put("wanted", goal.wanted());
      ArrayNode cells = row.putArray("measured");
      boolean any = false;
      for (ResultFile file : files) {
        Optional<Estimate> measured = goal.measured(file.results());
        any |= measured.isPresent();
        ObjectNode cell = cells.addObject();
        measured.ifPresent(
            m ->
                cell.put("value", Goal.figure(m.value()))
                    .put("range", Goal.figure(m.low()) + " to " + Goal.figure(m.high()))
                    .put("met", goal.isMet(m)));
      }
      if (any) {
        rows.add(row);
      }
    }
  }

  private String markdown() {
    StringBuilder text = new StringBuilder("| question | goal |");
    files.forEach(file -> text.append(" JDK ").append(file.machine().feature()).append(" |"));
    text.append("\n|---|---|").append("---|".repeat(files.size())).append('\n');
    for (Goal goal : Goals.all()) {
      List<Optional<Estimate>> cells =
          files.stream().map(file -> goal.measured(file.results())).toList();
      if (cells.stream().anyMatch(Optional::isPresent)) {
        text.append("| ").append(goal.text()).append(" | ").append(goal.wanted()).append(" |");
        cells.forEach(
            cell -> text.append(' ').append(cell.map(c -> cell(goal, c)).orElse("–")).append(" |"));
        text.append('\n');
      }
    }
    return text.toString();
  }

  private static String cell(Goal goal, Estimate estimate) {
    String value = Goal.figure(estimate.value());
    return goal.isMet(estimate) ? value : "**" + value + "**, missed";
  }

  private void charts(ArrayNode charts) {
    for (Question question : Question.ALL) {
      Map<String, Map<String, Map<Integer, Result>>> variants = new LinkedHashMap<>();
      for (ResultFile file : files) {
        file.results().stream()
            .filter(question::asks)
            .forEach(
                r ->
                    variants
                        .computeIfAbsent(Question.variant(r), v -> new LinkedHashMap<>())
                        .computeIfAbsent(question.peer(r), p -> new TreeMap<>())
                        .put(r.jdk(), r));
      }
      variants.forEach((variant, peers) -> chart(charts.addObject(), question, variant, peers));
    }
  }

  private static void chart(
      ObjectNode chart,
      Question question,
      String variant,
      Map<String, Map<Integer, Result>> peers) {
    String baseline = baseline(question, peers);
    chart
        .put("title", question.title() + variant)
        .put("note", question.note())
        .put("baseline", baseline);
    ArrayNode marks = chart.putArray("marks");
    peers.forEach(
        (peer, byJdk) ->
            byJdk.forEach(
                (jdk, result) -> {
                  Result base = peers.get(baseline).get(jdk);
                  if (base != null) {
                    Estimate ratio = Estimate.ratio(result.samples(), base.samples());
                    marks
                        .addObject()
                        .put("peer", peer)
                        .put("jdk", jdk)
                        .put("ratio", ratio.value())
                        .put("low", ratio.low())
                        .put("high", ratio.high())
                        .put("time", time(result));
                  }
                }));
  }

  /** The limit if it was measured, else ours, else whoever there is. */
  private static String baseline(Question question, Map<String, Map<Integer, Result>> peers) {
    return peers.keySet().stream()
        .filter(peer -> peer.startsWith(question.baseline()))
        .findFirst()
        .or(() -> peers.keySet().stream().filter(peer -> peer.startsWith("ours")).findFirst())
        .orElseGet(() -> peers.keySet().iterator().next());
  }

  /** A median as people say it. */
  private static String time(Result result) {
    double median = result.samples().median();
    List<String> units = List.of("ns", "µs", "ms", "s");
    int unit = units.indexOf(result.unit());
    while (median >= 1000 && unit < units.size() - 1) {
      median /= 1000;
      unit++;
    }
    return Goal.figure(median) + " " + units.get(unit);
  }

  private static String resource(String name) throws IOException {
    try (InputStream stream = Report.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("not on the class path: " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
