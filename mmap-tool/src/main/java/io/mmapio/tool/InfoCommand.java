// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import com.fasterxml.jackson.core.JsonGenerator;
import io.mmapio.tool.report.SafeJson;
import io.mmapio.tool.report.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows what this machine has. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description =
        "Shows platform, backend, features, advice, limits, and the kernel settings that matter.")
final class InfoCommand implements Callable<Integer> {
  @Option(names = "--json", description = "Write JSON.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Map<String, Map<String, String>> sections = MachineInfo.sections();
    Terminal terminal = Terminal.detect(Terminal.Colours.never);
    try (PrintStream out = terminal.out()) {
      if (json) {
        json(out, terminal.utf8(), sections);
      } else {
        sections.forEach((title, lines) -> section(out, title, lines));
      }
    }
    return 0;
  }

  private static void section(PrintStream out, String title, Map<String, String> lines) {
    out.println(title);
    lines.forEach(
        (name, value) -> out.println(String.format(Locale.ROOT, "  %-30s %s", name, value)));
  }

  private static void json(PrintStream out, boolean utf8, Map<String, Map<String, String>> sections)
      throws IOException {
    try (JsonGenerator json = SafeJson.factory(utf8).createGenerator(out)) {
      json.writeStartObject();
      json.writeStringField("format", "mmap-info");
      json.writeNumberField("version", 1);
      for (Map.Entry<String, Map<String, String>> section : sections.entrySet()) {
        json.writeObjectFieldStart(section.getKey());
        for (Map.Entry<String, String> line : section.getValue().entrySet()) {
          json.writeStringField(line.getKey(), line.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeRaw('\n');
    }
  }
}
