// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.tests.cookbook.Recipes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/faq.md shows is what the other tests of this package run, word for word. */
final class FaqTest {
  private static final Path FAQ = Path.of("../docs/faq.md");
  private static final Path SOURCES = Path.of("src/test/java/io/mmapio/tests/faq");
  private static final int QUESTIONS = 30;

  private static final Pattern QUESTION = Pattern.compile("(?ms)^### ([^\n]+)\n(.*?)(?=^##|\\z)");
  private static final Pattern THREAD =
      Pattern.compile("(?m)^Asked in \\[[^]]+]\\((https?://[^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{2,3} ([^\n]+)$");
  private static final Pattern LINK = Pattern.compile("\\[([^]]+)]\\(#([^)]+)\\)");

  @BeforeEach
  void sources() {
    assumeTrue(Files.exists(FAQ), "the documents are not here");
  }

  private static String text() throws IOException {
    return Files.readString(FAQ).replace("\r", "");
  }

  @Test
  void everySnippetIsTested() throws IOException {
    Recipes.assertTested(FAQ, List.of(SOURCES));
  }

  @Test
  void noCodeWithoutName() throws IOException {
    Recipes.assertAllNamed(FAQ);
  }

  @Test
  void everyQuestionHasAThreadOfItsOwnAndAShortSnippet() throws IOException {
    Set<String> threads = new HashSet<>();
    Matcher question = QUESTION.matcher(text());
    int questions = 0;
    for (; question.find(); questions++) {
      String title = question.group(1);
      Matcher thread = THREAD.matcher(question.group(2));
      assertTrue(thread.find(), "no thread: " + title);
      assertTrue(threads.add(thread.group(1)), "twice: " + thread.group(1));
      Collection<String> snippets = Recipes.shownIn(question.group(2)).values();
      assertEquals(1, snippets.size(), title);
      long lines = snippets.iterator().next().lines().filter(line -> !line.isBlank()).count();
      assertTrue(lines >= 3 && lines <= 12, title + ": " + lines + " lines");
    }
    assertEquals(QUESTIONS, questions);
  }

  /** Also in the way in which other programs than GitHub make names of headings. */
  @Test
  void everyQuestionIsInTheTableOfContents() throws IOException {
    Set<String> anchors = new HashSet<>();
    Matcher heading = HEADING.matcher(text());
    while (heading.find()) {
      String name = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\w\\s-]", "");
      assertTrue(!name.contains("  ") && !name.contains(" - "), heading.group(1));
      anchors.add(name.strip().replace(' ', '-'));
    }
    Set<String> linked = new HashSet<>();
    Matcher link = LINK.matcher(text());
    while (link.find()) {
      linked.add(link.group(2));
    }
    assertEquals(anchors, linked);
  }
}
