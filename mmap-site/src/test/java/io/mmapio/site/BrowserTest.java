// SPDX-License-Identifier: Apache-2.0
package io.mmapio.site;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.tool.Browser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The site from the file system, without a server; the screenshots are in target/screenshots. */
@NullUnmarked // JUnit fills in what tests start with
@Execution(ExecutionMode.SAME_THREAD)
final class BrowserTest {
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String DIAGRAMS = "[...document.querySelectorAll('div.diagram')]";

  @TempDir static Path profile;

  private static Browser browser;

  /** Once for all tests, but before each: reports do not show what is skipped before all. */
  @BeforeEach
  void start() throws IOException, InterruptedException {
    Site.pages();
    if (browser == null) {
      browser = Browser.start(profile, /* dark= */ false);
    }
  }

  @AfterAll
  static void stop() throws IOException {
    if (browser != null) {
      browser.close();
    }
  }

  /** Waits until an expression is true, by asking for it again and again. */
  private static void await(String expression) throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!"true".equals(browser.ask(expression))) {
      assertTrue(System.nanoTime() < end, "still not true: " + expression);
    }
  }

  private static void open(Path page) throws IOException, InterruptedException {
    browser.open(page);
    await("!document.querySelector('pre.diagram') && " + DIAGRAMS + ".every(d => d.dataset.drawn)");
  }

  private static void telephone() throws IOException, InterruptedException {
    browser.resize(390, 844, /* mobile= */ true);
  }

  private static void window() throws IOException, InterruptedException {
    browser.resize(1280, 900, /* mobile= */ false);
  }

  private static void assertWellShown(Path page) throws IOException, InterruptedException {
    String name = Site.name(page);
    assertEquals("390", browser.ask("document.documentElement.scrollWidth"), name + " is too wide");
    assertEquals(
        "",
        browser.ask(
            "(() => { const shown = document.querySelector('article').cloneNode(true);"
                + "shown.querySelectorAll('code, pre, .diagram').forEach(e => e.remove());"
                + "return (shown.textContent.match(/\\]\\(|```|\\*\\*/g) ?? []).join(' ') })()"),
        name + " shows Markdown");
    assertEquals(
        "0",
        browser.ask(
            "document.querySelectorAll('.diagram .error-icon').length"
                + " + [...document.images].filter(i => !i.naturalWidth).length"),
        name + " lacks a diagram or a picture");
  }

  private static void assertNoneElsewhere(List<String> requests) {
    assertEquals(
        List.of(),
        requests.stream().filter(address -> !address.matches("(file|data|blob):.*")).toList());
  }

  @Test
  void everyPageFitsATelephoneAndAsksForNothingElsewhere()
      throws IOException, InterruptedException {
    telephone();
    browser.requests();
    List<String> requests = new ArrayList<>();
    for (Path page : Site.written()) {
      open(page);
      assertWellShown(page);
      browser.screenshot(SCREENSHOTS.resolve(Site.name(page).replace('/', '-') + ".390.png"));
      requests.addAll(browser.requests());
    }
    assertTrue(requests.contains(Site.ROOT.resolve("index.html").toUri().toString()));
    assertNoneElsewhere(requests);
    assertEquals("{\"value\":[]}", browser.console().replaceAll("\\s", ""));
  }

  @Test
  void javadocAsksForNothingElsewhere() throws IOException, InterruptedException {
    window();
    browser.requests();
    browser.open(Site.ROOT.resolve("api/io/mmapio/MappedRegion.html"));
    List<String> requests = browser.requests();
    assertTrue(requests.size() > 1, "nothing was asked for");
    assertNoneElsewhere(requests);
  }

  @Test
  void searchFindsWordsWithoutAServer() throws IOException, InterruptedException {
    window();
    browser.open(Site.ROOT.resolve("start.html"));
    // Found by a word of a page, by the part of a name, and by a word in another form.
    assertAll(
        () -> assertFound("tombstone", "concepts/close.html"),
        () -> assertFound("incore", "concepts/residency.html"),
        () -> assertFound("power cut", "reliability.html"));
    browser.screenshot(SCREENSHOTS.resolve("search.png"));
  }

  private static void assertFound(String words, String page)
      throws IOException, InterruptedException {
    browser.ask(
        "(() => { const field = document.querySelector('.md-search__input'); field.focus();"
            + "field.value = '"
            + words
            + "'; field.dispatchEvent(new KeyboardEvent('keyup', {bubbles: true})) })()");
    Path target = Site.ROOT.resolve(page);
    assertTrue(Files.exists(target));
    await(
        "[...document.querySelectorAll('.md-search-result__link')].some(a => a.href.startsWith('"
            + target.toUri()
            + "'))");
  }

  @Test
  void diagramsFollowTheColoursOfThePage() throws IOException, InterruptedException {
    window();
    open(Site.ROOT.resolve("concepts/sync.html"));
    assertEquals("light", browser.ask(DIAGRAMS + ".map(d => d.dataset.drawn).join()"));
    browser.ask(
        "document.querySelector('form[data-md-component=palette] label:not([hidden])').click()");
    await(DIAGRAMS + ".every(d => d.dataset.drawn === 'dark')");
    browser.screenshot(SCREENSHOTS.resolve("dark.png"));
    browser.ask(
        "document.querySelector('form[data-md-component=palette] label:not([hidden])').click()");
    await(DIAGRAMS + ".every(d => d.dataset.drawn === 'light')");
  }
}
