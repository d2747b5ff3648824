// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import io.mmapio.tool.scan.Counts;
import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Runs;
import io.mmapio.tool.scan.Scans;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A page that needs no other file and no network. File names get into it as text only. */
public final class HtmlReport implements Scans.Visitor {
  private static final int ROWS = 200;

  /** No path is long enough for more directories than half of this. */
  private static final int DEEPEST = 10_000;

  private final Abilities abilities;
  private final Tree tree = new Tree();

  /** Begins. */
  public HtmlReport(Abilities abilities) {
    this.abilities = abilities;
  }

  @Override
  public void enter(Path directory) {
    tree.enter(directory);
  }

  @Override
  public void file(FileReport report) {
    tree.file(report);
  }

  @Override
  public void leave(Path directory) {
    tree.leave(directory);
  }

  /** Writes the page. */
  public void write(OutputStream out, boolean stopped) throws IOException {
    Tree.Node root = tree.shown();
    String page = template();
    int at = 0;
    for (String mark : List.of("ABOUT", "FACTS", "TABLE", "NOTES", "DATA")) {
      int next = page.indexOf("<!--" + mark + "-->");
      put(out, page.substring(at, next));
      switch (mark) {
        case "ABOUT" -> put(out, about(root));
        case "FACTS" -> put(out, facts(root.counts));
        case "TABLE" -> put(out, table(root));
        case "NOTES" -> put(out, notes(root.counts, stopped));
        default -> data(out, root);
      }
      at = next + mark.length() + "<!---->".length();
    }
    put(out, page.substring(at));
  }

  private static String template() throws IOException {
    try (InputStream in = HtmlReport.class.getResourceAsStream("page.html")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void put(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String about(Tree.Node root) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    String what = root.name.isEmpty() ? "several paths" : root.name;
    return escaped(what) + ", looked at " + now + " by <code>mmap look</code>";
  }

  private String facts(Counts counts) {
    long page = abilities.pageSize();
    StringBuilder facts = new StringBuilder();
    if (abilities.residency()) {
      fact(facts, Units.bytes(counts.resident() * page), "in memory");
      fact(facts, Units.percent(counts.share()), "of the pages");
    }
    fact(facts, Units.bytes(counts.bytes()), "in " + Units.of(counts.files(), "file", "files"));
    fact(facts, Units.count(counts.pages()), "pages of " + Units.bytes(page));
    if (abilities.cacheState()) {
      fact(facts, Units.bytes(counts.dirty() * page), "dirty");
      fact(facts, Units.bytes(counts.writeback() * page), "being written");
      fact(facts, Units.bytes(counts.evicted() * page), "evicted");
    }
    if (counts.unknown() > 0) {
      fact(facts, Units.bytes(counts.unknown() * page), "unknown");
    }
    return facts.toString();
  }

  private static void fact(StringBuilder facts, String value, String name) {
    facts.append("<li><b>" + escaped(value) + "</b><span>" + escaped(name) + "</span></li>");
  }

  /** The first level, for those without scripts. */
  private String table(Tree.Node root) {
    StringBuilder rows = new StringBuilder();
    rows.append("<thead><tr><th>in memory</th><th></th><th>size</th><th>pages</th>");
    rows.append("<th>name</th></tr></thead><tbody>");
    root.children.stream()
        .sorted(Comparator.comparingLong((Tree.Node node) -> -node.counts.resident()))
        .limit(ROWS)
        .forEach(node -> rows.append(row(node)));
    return rows.append("</tbody>").toString();
  }

  private String row(Tree.Node node) {
    Counts counts = node.counts;
    return String.format(
        Locale.ROOT,
        "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>%n",
        escaped(Units.percent(counts.share())),
        Units.bytes(counts.resident() * abilities.pageSize()),
        Units.bytes(counts.bytes()),
        Units.count(counts.pages()),
        escaped(name(node)));
  }

  private static String name(Tree.Node node) {
    return switch (node.kind) {
      case FILE -> node.name;
      case DIRECTORY -> node.name.endsWith("/") ? node.name : node.name + "/";
      case REST -> Units.of(node.counts.files(), "small file", "small files");
    };
  }

  private String notes(Counts counts, boolean stopped) {
    StringBuilder notes = new StringBuilder();
    if (stopped) {
      notes.append("Stopped before all files were looked at.<br>");
    }
    if (tree.merged() > 0) {
      notes.append(
          Units.count(tree.merged())
              + " small files and directories are shown together with their neighbours.<br>");
    }
    if (tree.smallestWithRuns() > 0) {
      notes.append(
          "Single pages are left out for files below "
              + Units.bytes(tree.smallestWithRuns())
              + ": there was no room for them.<br>");
    }
    if (counts.unknown() > 0) {
      notes.append("Unknown: files that the user who looked neither owns nor may write.<br>");
    }
    abilities.notes().forEach(note -> notes.append(escaped(note)).append("<br>"));
    return notes.toString();
  }

  private void data(OutputStream out, Tree.Node root) throws IOException {
    JsonFactory factory =
        new JsonFactoryBuilder()
            .characterEscapes(new InScript())
            .streamWriteConstraints(
                StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
            .build();
    try (JsonGenerator json = factory.createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeNumberField("version", 1);
      json.writeNumberField("pageSize", abilities.pageSize());
      json.writeBooleanField("cacheState", abilities.cacheState());
      json.writeFieldName("root");
      node(json, root);
      json.writeEndObject();
    }
  }

  private void node(JsonGenerator json, Tree.Node node) throws IOException {
    Counts counts = node.counts;
    json.writeStartArray();
    json.writeString(node.kind == Tree.Kind.REST ? name(node) : node.name);
    json.writeNumber(node.kind.number);
    json.writeNumber(counts.files());
    json.writeNumber(counts.bytes());
    json.writeNumber(counts.pages());
    json.writeNumber(counts.resident());
    json.writeNumber(counts.unknown());
    json.writeNumber(counts.dirty());
    json.writeNumber(counts.writeback());
    json.writeNumber(counts.evicted());
    json.writeStartArray();
    for (Tree.Node child : node.children) {
      node(json, child);
    }
    json.writeEndArray();
    Runs runs = node.runs;
    if (runs == null) {
      json.writeNull();
      json.writeNumber(1);
    } else {
      json.writeBinary(runs.bytes());
      json.writeNumber(runs.unit());
    }
    json.writeEndArray();
  }

  /** No text inside can end the element that it is in. */
  private static final class InScript extends SafeJson {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = super.getEscapeCodesForAscii();
      for (char c : new char[] {'<', '>', '&'}) {
        codes[c] = ESCAPE_STANDARD;
      }
      return codes;
    }
  }
}
