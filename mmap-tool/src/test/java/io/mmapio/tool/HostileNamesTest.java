// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * JSON and CSV of files whose names were made to do harm, as a terminal and as a reader sees it.
 */
@NullUnmarked // JUnit fills in what tests start with
final class HostileNamesTest {
  private static final List<String> NAMES =
      List.of(
          "plain",
          "gr\u00fcn \u65e5\u672c \ud83d\ude00",
          "a,b;c",
          "new\nline",
          "return\rtab\t",
          "quo\"te'",
          "back\\nslash\\x1b",
          "=1+1",
          "\033[31mred\033]0;title\007",
          "del\u007f",
          "c1 \u009b2J \u0085",
          "\u202ertl \u2066 \u200e",
          "line \u2028 paragraph \u2029",
          "zero \u200b bom \ufeff",
          "tag \udb40\udc41",
          "replaced \ufffd");

  /** Two names that are no UTF-8, as ISO 8859-1 writes their bytes. */
  private static final List<String> BROKEN = List.of("bro\u00ffken\u001b[1m", "\u00e4");

  private static final String FORBIDDEN =
      "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u200b-\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]";

  @TempDir Path directory;

  private Path files() {
    return directory.resolve("files");
  }

  @BeforeEach
  void create() throws IOException, InterruptedException {
    Samples.assumeEvicts(directory);
    for (String name : NAMES) {
      Samples.file(files().resolve(name), 1);
    }
    for (String name : List.of("bro\\377ken\\033[1m", "\\344")) {
      Tool.other("sh", "-c", "printf x > \"$1/$(printf '" + name + "')\"", "sh", "" + files());
    }
  }

  /** All names as their bytes are, in ISO 8859-1. */
  private static Set<String> expected() {
    Set<String> names = new TreeSet<>();
    NAMES.forEach(name -> names.add(latin(name.getBytes(StandardCharsets.UTF_8))));
    names.addAll(BROKEN);
    return names;
  }

  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private String last(String path) {
    String parent = latin((files() + "/").getBytes(StandardCharsets.UTF_8));
    assertEquals(parent, path.substring(0, Math.min(parent.length(), path.length())));
    return path.substring(parent.length());
  }

  private Set<String> namesInJson(String json, String array) throws IOException {
    Set<String> names = new TreeSet<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      while (!(parser.nextToken() == JsonToken.START_ARRAY && array.equals(parser.currentName()))) {
        assertFalse(parser.currentToken() == null, json);
      }
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        String name = "";
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String field = parser.currentName();
          parser.nextToken();
          if (field.equals("path")) {
            name = latin(parser.getText().getBytes(StandardCharsets.UTF_8));
          } else if (field.equals("pathBytes")) {
            name = latin(parser.getBinaryValue());
          }
        }
        names.add(last(name));
      }
    }
    return names;
  }

  private static String run(String locale, Object... arguments)
      throws IOException, InterruptedException {
    Tool.Outcome outcome = new Tool().with("LC_ALL", locale).run(arguments);
    assertEquals(0, outcome.exitCode(), outcome.all());
    assertEquals("", outcome.err());
    return outcome.out();
  }

  private static void assertSafe(String text, String locale) {
    assertFalse(Pattern.compile(FORBIDDEN).matcher(text).find(), text);
    if (locale.equals("C")) {
      assertFalse(Pattern.compile("[^\\x0a\\x20-\\x7e]").matcher(text).find(), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "C"})
  void jsonIsSafeAndExact(String locale) throws IOException, InterruptedException {
    String json = run(locale, "look", "--json", files());
    assertSafe(json, locale);
    assertEquals(expected(), namesInJson(json, "files"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "C"})
  void diffIsSafeAndExact(String locale) throws IOException, InterruptedException {
    Path before = directory.resolve("before");
    Path after = directory.resolve("after");
    run("C.UTF-8", "evict", files());
    run("C.UTF-8", "save", before, files());
    run("C.UTF-8", "load", files());
    run("C.UTF-8", "save", after, files());
    String json = run(locale, "diff", "--json", before, after);
    assertSafe(json, locale);
    assertEquals(expected(), namesInJson(json, "changes"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"C.UTF-8", "C"})
  void csvIsSafeAndExact(String locale) throws IOException, InterruptedException {
    String csv = run(locale, "look", "--csv", files());
    assertSafe(csv.replace("\r\n", "\n"), locale);
    List<List<String>> lines = csv(csv);
    int bytes = lines.get(0).indexOf("pathBytes");
    assertEquals("path", lines.get(0).get(0));
    assertEquals(lines.get(0).size() - 1, bytes, csv);
    Set<String> names = new TreeSet<>();
    for (List<String> line : lines.subList(1, lines.size())) {
      assertEquals(lines.get(0).size(), line.size(), csv);
      String path = latin(line.get(0).getBytes(StandardCharsets.UTF_8));
      names.add(
          last(
              line.get(bytes).isEmpty()
                  ? path
                  : latin(Base64.getDecoder().decode(line.get(bytes)))));
    }
    assertEquals(expected(), names);
  }

  @Test
  void csvHasBytesOnlyWhereTextIsNotEnough() throws IOException, InterruptedException {
    List<List<String>> lines = csv(run("C.UTF-8", "look", "--csv", files()));
    List<String> plain = new ArrayList<>();
    List<String> escaped = new ArrayList<>();
    for (List<String> line : lines.subList(1, lines.size())) {
      String name = line.get(0).substring(files().toString().length() + 1);
      (line.get(line.size() - 1).isEmpty() ? plain : escaped).add(name);
    }
    assertEquals(
        Set.of(
            "plain",
            "gr\u00fcn \u65e5\u672c \ud83d\ude00",
            "a,b;c",
            "quo\"te'",
            "back\\nslash\\x1b",
            "=1+1",
            "replaced \ufffd"),
        Set.copyOf(plain));
    assertEquals(NAMES.size() + BROKEN.size() - plain.size(), escaped.size());
    for (String shown :
        List.of("new\\nline", "bro\\xffken\\x1b[1m", "\\u202ertl \\u2066 \\u200e")) {
      assertEquals(List.of(shown), escaped.stream().filter(shown::equals).toList(), "" + escaped);
    }
  }

  @Test
  void aNameIsNoFormula() throws IOException, InterruptedException {
    Files.writeString(directory.resolve("=cmd()"), "x");
    Tool.Outcome outcome = new Tool().in(directory).run("look", "--csv", "=cmd()");
    assertEquals("./=cmd()", csv(outcome.out()).get(1).get(0), outcome.all());
  }

  /** Reads RFC 4180. */
  private static List<List<String>> csv(String text) {
    List<List<String>> lines = new ArrayList<>();
    List<String> line = new ArrayList<>();
    Matcher cell = Pattern.compile("(?:\"((?:[^\"]|\"\")*)\"|([^,\"\r\n]*))(,|\r\n)").matcher(text);
    int at = 0;
    while (at < text.length()) {
      boolean matches = cell.find(at) && cell.start() == at;
      assertEquals(true, matches, text.substring(at));
      String quoted = cell.group(1);
      line.add(quoted == null ? cell.group(2) : quoted.replace("\"\"", "\""));
      if (!cell.group(3).equals(",")) {
        lines.add(line);
        line = new ArrayList<>();
      }
      at = cell.end();
    }
    return lines;
  }
}
