// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What docs/cookbook.md shows is what the other tests of this package run, word for word. */
final class CookbookTest {
  private static final Path BOOK = Path.of("../docs/cookbook.md");
  private static final List<Path> SOURCES =
      List.of(
          Path.of("src/test/java/io/mmapio/tests/cookbook"),
          Path.of("src/test/cookbook"),
          Path.of("../mmap-interop/src/test/java/io/mmapio/interop"));

  /** Shows parts of programs that mmap-tests/check-consumer builds and runs. */
  private static final Path BACKEND = Path.of("../docs/backend.md");

  private static final Path CONSUMER = Path.of("consumer/src/main/java");

  private static final Pattern SNIPPET = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern CALL = Pattern.compile("\\b(Mmap|region)\\.(\\w+)\\(");

  @BeforeEach
  void sources() {
    assumeTrue(Files.exists(BOOK), "the documents are not here");
  }

  @Test
  void everySnippetIsTested() throws IOException {
    Recipes.assertTested(BOOK, SOURCES);
  }

  @Test
  void noCodeWithoutRecipe() throws IOException {
    Recipes.assertAllNamed(BOOK);
  }

  @Test
  void snippetsAboutBackendsAreThoseOfTheConsumer() throws IOException {
    StringBuilder sources = new StringBuilder();
    try (Stream<Path> files = Files.walk(CONSUMER)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        sources.append(Files.readString(file).replace("\r", ""));
      }
    }
    Matcher matcher = SNIPPET.matcher(Files.readString(BACKEND).replace("\r", ""));
    int snippets = 0;
    for (; matcher.find(); snippets++) {
      assertTrue(sources.indexOf(matcher.group(1)) >= 0, matcher.group(1));
    }
    assertTrue(snippets > 2, snippets + " snippets");
  }

  /** A call that was renamed or removed is found in the documents, too. */
  @Test
  void documentsNameOnlyCallsThatExist() throws IOException {
    List<String> unknown = new ArrayList<>();
    int calls = 0;
    for (Path document : documents()) {
      Matcher matcher = CALL.matcher(Files.readString(document));
      while (matcher.find()) {
        Class<?> type = matcher.group(1).equals("Mmap") ? Mmap.class : MappedRegion.class;
        calls++;
        if (Stream.of(type.getMethods()).noneMatch(has -> has.getName().equals(matcher.group(2)))) {
          unknown.add(document + ": " + matcher.group());
        }
      }
    }
    assertEquals(List.of(), unknown);
    assertTrue(calls > 50, calls + " calls");
  }

  private static List<Path> documents() throws IOException {
    try (Stream<Path> documents = Files.walk(BOOK.resolveSibling("."))) {
      Stream<Path> all =
          Stream.concat(
              documents.filter(each -> each.toString().endsWith(".md")),
              Stream.of(Path.of("../README.md")));
      return all.toList();
    }
  }
}
