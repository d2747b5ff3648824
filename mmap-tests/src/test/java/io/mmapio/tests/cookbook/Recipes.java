// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Snippets that a document shows and a test runs. The document has a comment with a name above each
 * snippet; the source file of the test has the same name and the same lines between two comments.
 */
public final class Recipes {
  private static final Pattern MARKED =
      Pattern.compile("(?ms)^ *// recipe: ([^\n]+)\n(.*?)^ *// end$");
  private static final Pattern SHOWN =
      Pattern.compile("(?ms)^<!-- recipe: ([^\n]+) -->\n```\\w+\n(.*?)^```$");
  private static final Pattern CODE = Pattern.compile("(?m)^```(java|kotlin)$");

  private Recipes() {}

  /** Fails unless a document shows what the sources in these folders mark, word for word. */
  public static void assertTested(Path document, List<Path> folders) throws IOException {
    Map<String, String> tested = new TreeMap<>();
    for (Path folder : folders) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          tested.putAll(found(MARKED, Files.readString(file)));
        }
      }
    }
    assertFalse(tested.isEmpty());
    Map<String, String> shown = shownIn(Files.readString(document));
    assertEquals(tested.keySet(), shown.keySet());
    tested.forEach((name, code) -> assertEquals(code, shown.get(name), name));
  }

  /** Fails if a document has code without a name. */
  public static void assertAllNamed(Path document) throws IOException {
    String text = Files.readString(document).replace("\r", "");
    assertEquals(shownIn(text).size(), CODE.matcher(text).results().count());
  }

  /** The snippets of a document, or of a part of one, by their names. */
  public static Map<String, String> shownIn(String text) {
    return found(SHOWN, text);
  }

  private static Map<String, String> found(Pattern pattern, String text) {
    Map<String, String> found = new TreeMap<>();
    Matcher matcher = pattern.matcher(text.replace("\r", ""));
    while (matcher.find()) {
      String code = matcher.group(2).stripTrailing().stripIndent().strip();
      assertTrue(found.put(matcher.group(1), code) == null, "twice: " + matcher.group(1));
    }
    return found;
  }
}
