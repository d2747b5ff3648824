// SPDX-License-Identifier: Apache-2.0
package io.mmapio.site;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that the build has made. */
final class Site {
  static final Path ROOT = Path.of("target/site").toAbsolutePath();

  private Site() {}

  /** All pages, the Javadoc among them; skips the test if there is no site. */
  static List<Path> pages() throws IOException {
    assumeTrue(
        Files.exists(ROOT.resolve("index.html")), "the site was not built: mkdocs is missing");
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files.filter(file -> file.toString().endsWith(".html")).sorted().toList();
    }
  }

  /** The pages that are made of Markdown. */
  static List<Path> written() throws IOException {
    return pages().stream().filter(page -> !page.startsWith(ROOT.resolve("api"))).toList();
  }

  static String name(Path page) {
    return ROOT.relativize(page).toString();
  }
}
