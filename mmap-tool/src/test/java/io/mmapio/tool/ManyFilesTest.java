// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More files than a table has rows, than a page has nodes, and than a small heap has room for. */
@NullUnmarked // JUnit fills in what tests start with
final class ManyFilesTest {
  private static final int FILES = 50_100;
  private static final int DIRECTORIES = 100;
  private static final int NODES = 40_000;
  private static final int ROWS = 50_000;

  @TempDir static Path directory;

  private static Path root() {
    return directory.resolve("root");
  }

  /** Sparse files of 1 to 600 pages; one in fifty has a page in memory. */
  @BeforeAll
  static void create() throws IOException {
    Samples.assumeEvicts(directory);
    for (int i = 0; i < DIRECTORIES; i++) {
      Files.createDirectories(root().resolve("d" + i));
    }
    for (int i = 0; i < FILES; i++) {
      Path path = root().resolve("d" + i % DIRECTORIES + "/f" + i);
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength((1 + i / DIRECTORIES) * Samples.PAGE);
        if (i % 50 == 0) {
          file.write(1);
        }
      }
    }
  }

  private static Tool.Outcome run(Tool tool, Object... arguments)
      throws IOException, InterruptedException {
    Tool.Outcome outcome = tool.run(arguments);
    assertEquals(0, outcome.exitCode(), outcome.err());
    assertEquals("", outcome.err());
    return outcome;
  }

  private static long rows(String table) {
    return table.lines().filter(line -> line.contains(root() + "/d")).count();
  }

  @Test
  void aTableHasSoManyRowsAndTheSumHasAll() throws IOException, InterruptedException {
    String table = run(new Tool(), "look", "--top", "0", "-d", "9", "-s", "size", root()).out();
    assertEquals(ROWS, rows(table));
    assertTrue(table.contains("in 50,100 files"), "no sum");
    assertTrue(table.contains("200 more rows"), "not said what is left out");
    String smallest = table.lines().filter(line -> line.contains("/d")).reduce((a, b) -> b).get();
    assertTrue(smallest.contains(" 12.0K "), smallest);
  }

  @Test
  void unsortedThereIsNoLimit() throws IOException, InterruptedException {
    String table =
        run(new Tool().withHeap("32m"), "look", "--sort", "none", "-d", "9", root()).out();
    assertEquals(FILES + DIRECTORIES, rows(table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--top 40", "--json --runs", "--csv"})
  void aSmallHeapIsEnoughToLook(String options) throws IOException, InterruptedException {
    Object[] arguments = ("look " + options + " " + root()).split(" ", -1);
    String out = run(new Tool().withHeap("32m"), arguments).out();
    if (!options.equals("--top 40")) {
      assertEquals(FILES, out.split("/root/d\\d+/f", -1).length - 1);
    }
  }

  @Test
  void aSmallHeapIsEnoughToSaveRestoreAndCompare() throws IOException, InterruptedException {
    Path snapshot = directory.resolve("snapshot");
    String saved = run(new Tool().withHeap("32m"), "save", snapshot, root()).out();
    // All 1,002 that were written, but for a few that the kernel may have reclaimed meanwhile.
    Matcher pages =
        Pattern.compile("saved (1,00[0-2]|9\\d\\d) pages \\((\\S+)\\) of .*\\s*").matcher(saved);
    assertTrue(pages.matches(), saved);
    String restored = run(new Tool().withHeap("32m"), "restore", "-q", snapshot).out();
    String count = pages.group(1);
    assertTrue(
        restored.startsWith("restored " + count + " of " + count + " pages (100%)"), restored);
    String same = run(new Tool().withHeap("32m"), "diff", snapshot, snapshot).out();
    assertTrue(same.contains("in 0 files; " + pages.group(2) + " stayed"), same);
  }

  @Test
  void aPageHasSoManyNodesAndShowsTheRestTogether() throws IOException, InterruptedException {
    Path page = directory.resolve("page.html");
    run(new Tool().withHeap("64m"), "look", "--html", page, root());
    try (Browser browser = Browser.start(directory.resolve("profile"), false)) {
      browser.open(page);
      browser.ask(
          "window.all = JSON.parse(document.getElementById('data').textContent).root,"
              + "window.nodes = n => n[10].reduce((sum, child) => sum + nodes(child), 1),"
              + "window.files = n => n[1] == 1 ? n[10].reduce((s, c) => s + files(c), 0) : n[2]");
      long nodes = Long.parseLong(browser.ask("nodes(all)"));
      assertTrue(nodes > NODES / 4 && nodes <= NODES, nodes + " nodes");
      assertEquals("" + FILES, browser.ask("files(all)"));
      assertTrue(browser.ask("document.body.textContent").contains("shown together with their"));
      assertEquals("" + DIRECTORIES, browser.ask("document.querySelectorAll('#map > *').length"));
      browser.ask("document.querySelector('#map > button').click()");
      String rest = "[...document.querySelectorAll('#table td')].map(d => d.textContent)";
      assertTrue(browser.ask(rest).contains(" small files"), browser.ask(rest));
      browser.ask("document.querySelector('#map > button').click()");
      assertEquals("false", browser.ask("document.getElementById('file').hidden"));
      assertEquals("{\"value\":[]}", browser.console().replaceAll("\\s", ""));
    }
  }
}
