// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of 'mmap look --html' in a browser; the screenshots are in target/screenshots. */
@NullUnmarked // JUnit fills in what tests start with
final class PageTest {
  private static final Path SCREENSHOTS = Path.of("target/screenshots");
  private static final String HOSTILE = "</script><img src=x onerror=\"document.title='got in'\">";

  @TempDir Path directory;

  @BeforeEach
  void onLinux() throws IOException {
    Samples.assumeEvicts(directory);
  }

  /** Something like a database, its logs and its indexes. */
  private Path database() throws IOException {
    Path root = directory.resolve("database");
    Random random = new Random(42);
    String[] names = {
      "base/16384/orders",
      "base/16384/orders_pkey",
      "base/16384/customers",
      "base/16384/events",
      "base/16384/events_time_idx",
      "base/13395/catalog",
      "base/13395/statistics",
      "wal/000000010000000000000001",
      "wal/000000010000000000000002",
      "wal/000000010000000000000003",
      "log/server-today.log",
      "log/server-yesterday.log",
      "backup/base.tar",
      "backup/manifest.json",
      "config/settings.conf"
    };
    int[] pages = {6000, 900, 2500, 9000, 1600, 400, 300, 2048, 2048, 2048, 700, 1500, 8000, 60, 4};
    double[] shares = {.55, 1, .9, .12, .7, 1, .4, 0, .3, 1, 1, 0, 0.004, 0, 1};
    for (int i = 0; i < names.length; i++) {
      Path file = Samples.file(root.resolve(names[i]), pages[i]);
      warm(file, pages[i], shares[i], random);
    }
    return root;
  }

  private static void warm(Path file, int pages, double share, Random random) throws IOException {
    if (share == 1) {
      return;
    }
    Samples.evict(file);
    int wanted = (int) (pages * share);
    int runs = Math.max(1, wanted / 60);
    for (int run = 0; run < runs && wanted > 0; run++) {
      int length = Math.max(1, wanted / runs);
      double where = share > 0.5 ? random.nextDouble() : Math.pow(random.nextDouble(), 3);
      long first = (long) (where * (pages - length));
      long[] touched = new long[length];
      for (int i = 0; i < length; i++) {
        touched[i] = first + i;
      }
      Samples.touch(file, touched);
    }
  }

  private Path page(Path root) throws IOException, InterruptedException {
    Path page = directory.resolve("page.html");
    Tool.Outcome outcome =
        new Tool().in(root.getParent()).run("look", "--html", page, root.getFileName());
    assertEquals(0, outcome.exitCode(), outcome.all());
    return page;
  }

  private static void assertQuiet(Browser browser) throws IOException, InterruptedException {
    assertEquals("{\"value\":[]}", browser.console().replaceAll("\\s", ""));
  }

  @Test
  void treemapZoomsIntoDirectoriesAndFiles() throws IOException, InterruptedException {
    Path page = page(database());
    try (Browser browser = Browser.start(directory.resolve("profile"), false)) {
      browser.open(page);
      assertEquals("4", browser.ask("document.querySelectorAll('#map > button').length"));
      browser.screenshot(SCREENSHOTS.resolve("treemap.png"));
      browser.ask(
          "[...document.querySelectorAll('#map > button')]"
              + ".find(b => b.textContent.includes('base/')).click()");
      assertTrue(browser.ask("document.getElementById('path').textContent").endsWith("base/"));
      browser.ask("document.querySelector('#map > button').click()");
      browser.ask(
          "[...document.querySelectorAll('#map > button')]"
              + ".find(b => b.title.startsWith('orders,')).click()");
      assertEquals("false", browser.ask("document.getElementById('file').hidden"));
      String shown = browser.ask("document.getElementById('shown').textContent");
      assertTrue(shown.startsWith("pages 0 to 5,999 of 6,000"), shown);
      browser.screenshot(SCREENSHOTS.resolve("file.png"));
      browser.ask("document.getElementById('one').click()");
      shown = browser.ask("document.getElementById('shown').textContent");
      assertTrue(shown.endsWith("one page a cell"), shown);
      browser.ask("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape'}))");
      assertEquals("true", browser.ask("document.getElementById('file').hidden"));
      assertQuiet(browser);
    }
  }

  @Test
  void darkPageHasTheSame() throws IOException, InterruptedException {
    Path page = page(database());
    try (Browser browser = Browser.start(directory.resolve("profile"), true)) {
      browser.open(page);
      assertEquals("true", browser.ask("matchMedia('(prefers-color-scheme: dark)').matches"));
      browser.screenshot(SCREENSHOTS.resolve("dark.png"));
      assertQuiet(browser);
    }
  }

  @Test
  void aTebibyteIsSeenPageByPage() throws IOException, InterruptedException {
    Path root = Files.createDirectories(directory.resolve("big"));
    Path file = Samples.sparse(root.resolve("sparse"), 1L << 40);
    long last = (1L << 28) - 1;
    Samples.touch(file, 5, 1000, 1001, 1L << 27, last);
    Path page = page(root);
    try (Browser browser = Browser.start(directory.resolve("profile"), false)) {
      browser.open(page);
      browser.ask("document.querySelector('#map > button').click()");
      String tip = browser.ask("document.getElementById('tip').textContent");
      assertTrue(tip.startsWith("5 of the 268,435,456 pages shown"), tip);
      browser.ask(
          "document.getElementById('goto').value = '268435455', "
              + "document.getElementById('goto').onchange()");
      tip = browser.ask("document.getElementById('tip').textContent");
      assertTrue(tip.startsWith("1 of the "), tip);
      String shown = browser.ask("document.getElementById('shown').textContent");
      assertTrue(shown.contains("to 268,435,455 of 268,435,456, one page"), shown);
      assertQuiet(browser);
    }
  }

  @Test
  void namesAreTextOnly() throws IOException, InterruptedException {
    Path root = Files.createDirectories(directory.resolve("names"));
    for (String name : new String[] {"<img src=x onerror=alert(1)>", "a\nb", "\u2028", "&amp;"}) {
      Samples.file(root.resolve(name), 2);
    }
    Samples.file(root.resolve(HOSTILE.replace("/", "") + "/inner"), 3);
    Samples.file(root.resolve("x<").resolve("script><script>document.title='got in'<"), 3);
    Path page = page(root);
    String html = Files.readString(page);
    assertFalse(html.contains("<img"), "a name became an element");
    try (Browser browser = Browser.start(directory.resolve("profile"), false)) {
      browser.open(page);
      assertEquals("0", browser.ask("document.images.length"));
      assertEquals("Files in memory", browser.ask("document.title"));
      assertTrue(browser.ask("document.getElementById('table').textContent").contains("a\\nb"));
      assertQuiet(browser);
    }
  }

  @Test
  void itNeedsNothingElse() throws IOException, InterruptedException {
    String html = Files.readString(page(database()));
    assertFalse(html.matches("(?s).*(https?:)?//[a-z].*\\.(css|js|png).*"), "loads something");
    assertTrue(html.contains("default-src 'none'"));
    assertTrue(html.contains("<td>base/</td>"), "no table without scripts");
  }
}
