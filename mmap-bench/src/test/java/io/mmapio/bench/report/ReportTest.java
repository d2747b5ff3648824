// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
  private static final String BEFORE = "id=\"data\">";

  @TempDir Path directory;

  @Test
  void pageHasEveryMeasurementAndNeedsNoNetwork() throws IOException {
    Path page = directory.resolve("page.html");
    Report.write(page, List.of(results()));
    String html = Files.readString(page);
    assertTrue(html.contains("a CPU") && html.contains("ext4") && html.contains("2026-11-23"));
    assertFalse(html.contains("<script src"), "a script from elsewhere");
    JsonNode chart = data(html).get("charts").get(0);
    assertEquals("Map an open file and close it, untouched · 1 MiB", chart.get("title").asText());
    assertEquals("C++ mmap, munmap", chart.get("baseline").asText());
    assertEquals(4, chart.get("marks").size());
    assertEquals(2, mark(chart, "ours").get("ratio").asDouble());
    assertEquals("20.0 ns", mark(chart, "ours").get("time").asText());
  }

  @Test
  void tableSaysWhatWasMissed() throws IOException {
    String table = Report.write(directory.resolve("page.html"), List.of(results()));
    assertEquals(
        """
        | question | goal | JDK 17 |
        |---|---|---|
        | map and close 1 MiB: ours / invokeCleaner | ≤ 0.85 | 0.80 |
        | with a view taken: ours / invokeCleaner | ≤ 1.00 | **1.20**, missed |
        """,
        table);
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("other.json"), "[]");
    assertThrows(IOException.class, () -> ResultFile.read(other));
  }

  private static ResultFile results() {
    return new ResultFile(
        ComparisonTest.machine(17),
        List.of(
            ComparisonTest.result("limit", 10),
            ComparisonTest.result("ours", 20),
            ComparisonTest.result("oursWithView", 30),
            ComparisonTest.result("invokeCleaner", 25)));
  }

  private static JsonNode data(String html) throws IOException {
    int start = html.indexOf(BEFORE) + BEFORE.length();
    return new ObjectMapper().readTree(html.substring(start, html.indexOf("</script>", start)));
  }

  private static JsonNode mark(JsonNode chart, String peer) {
    for (JsonNode mark : chart.get("marks")) {
      if (mark.get("peer").asText().equals(peer)) {
        return mark;
      }
    }
    throw new AssertionError("no mark of " + peer);
  }
}
