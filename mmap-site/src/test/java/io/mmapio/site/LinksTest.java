// SPDX-License-Identifier: Apache-2.0
package io.mmapio.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links and anchors, in the site and in the repository. */
final class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\s(?:href|src)=\"([^\"]*)\"");
  private static final Pattern ANCHOR = Pattern.compile("\\s(?:id|name)=\"([^\"]*)\"");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
  // Code is not looked at: a fenced block, or code in a line.
  private static final Pattern CODE =
      Pattern.compile("^```.*?^```|`[^`\n]*`", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern MARKDOWN_LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

  private final Map<Path, Set<String>> anchors = new HashMap<>();

  private static List<String> found(Pattern pattern, String text) {
    List<String> all = new ArrayList<>();
    for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
      all.add(matcher.group(1).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"));
    }
    return all;
  }

  private static String decoded(String part) {
    return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private Set<String> anchors(Path page) throws IOException {
    Set<String> known = anchors.get(page);
    if (known == null) {
      known = Set.copyOf(found(ANCHOR, Files.readString(page)));
      anchors.put(page, known);
    }
    return known;
  }

  private boolean resolves(Path page, String link) throws IOException {
    int hash = link.indexOf('#');
    String path = decoded(hash < 0 ? link : link.substring(0, hash)).replaceFirst("\\?.*", "");
    String anchor = hash < 0 ? "" : decoded(link.substring(hash + 1));
    Path target = path.isEmpty() ? page : page.resolveSibling(path).normalize();
    if (!target.startsWith(Site.ROOT) || !Files.isRegularFile(target)) {
      return false;
    }
    return anchor.isEmpty()
        || !target.toString().endsWith(".html")
        || anchors(target).contains(anchor);
  }

  /** The list of constants of its javadoc tool has a link to itself that leads nowhere. */
  private static boolean isBrokenByJdk17(Path page, String link) {
    return Runtime.version().feature() < 22
        && page.endsWith("api/constant-values.html")
        && link.equals("#io.mmapio");
  }

  @Test
  void everyLinkInTheSiteHasItsTarget() throws IOException {
    Set<String> broken = new TreeSet<>();
    int checked = 0;
    for (Path page : Site.pages()) {
      for (String link : found(LINK, Files.readString(page))) {
        if (!ELSEWHERE.matcher(link).matches() && !isBrokenByJdk17(page, link)) {
          checked++;
          if (!resolves(page, link)) {
            broken.add(Site.name(page) + " -> " + link);
          }
        }
      }
    }
    assertEquals(Set.of(), broken);
    assertTrue(checked > 1000, checked + " links were found");
  }

  @Test
  void classesOfTheJdkAreLinkedToItsJavadoc() throws IOException {
    Path page = Site.ROOT.resolve("api/io/mmapio/MappedRegion.html");
    assertTrue(Site.pages().contains(page), "there is no Javadoc");
    assertTrue(
        found(LINK, Files.readString(page)).stream()
            .anyMatch(
                link ->
                    link.matches("https://docs\\.oracle\\.com/.*/java/nio/ByteBuffer\\.html.*")));
  }

  /** The same pages are read where the repository is hosted. */
  @Test
  void everyLinkInTheRepositoryHasItsTarget() throws IOException {
    List<Path> pages;
    try (Stream<Path> top = Files.list(REPOSITORY);
        Stream<Path> docs = Files.walk(REPOSITORY.resolve("docs"))) {
      pages =
          Stream.concat(top, docs)
              .filter(file -> file.toString().endsWith(".md"))
              .collect(Collectors.toList());
    }
    Set<String> broken = new TreeSet<>();
    for (Path page : pages) {
      String text = CODE.matcher(Files.readString(page)).replaceAll("");
      for (String link : found(MARKDOWN_LINK, text)) {
        String path = link.replaceFirst("#.*", "");
        if (!ELSEWHERE.matcher(link).matches() && !Files.exists(page.resolveSibling(path))) {
          broken.add(REPOSITORY.relativize(page) + " -> " + link);
        }
      }
    }
    assertEquals(Set.of(), broken);
  }
}
