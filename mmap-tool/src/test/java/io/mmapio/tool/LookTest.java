// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 'mmap look' finds, and how it says so. */
@NullUnmarked // JUnit fills in what tests start with
final class LookTest {
  @TempDir Path directory;

  @BeforeEach
  void onLinux() throws IOException {
    Samples.assumeEvicts(directory);
  }

  /** The numbers of all files together. */
  private static Map<String, Long> total(String json) throws IOException {
    Map<String, Long> total = new TreeMap<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertEquals(JsonToken.START_OBJECT, parser.nextToken());
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isTotal = parser.currentName().equals("total");
        parser.nextToken();
        if (!isTotal) {
          parser.skipChildren();
          continue;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          total.put(name, parser.getLongValue());
        }
      }
    }
    return total;
  }

  private Map<String, Long> look(Object... arguments) throws IOException, InterruptedException {
    Object[] all = new Object[arguments.length + 2];
    all[0] = "look";
    all[1] = "--json";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    Tool.Outcome outcome = new Tool().run(all);
    assertEquals(0, outcome.exitCode(), outcome.all());
    return total(outcome.out());
  }

  private void someFiles() throws IOException {
    for (int i = 0; i < 20; i++) {
      Path file = Samples.file(directory.resolve("d" + i % 3 + "/f" + i), 1 + 17 * i);
      Samples.evict(file);
      if (i > 0) {
        Samples.touch(file, 0, 3L * i, 5L * i, 17L * i);
      }
    }
    Samples.file(directory.resolve("empty"), 0);
  }

  @Test
  void countsAsVmtouchDoes() throws IOException, InterruptedException {
    assumeTrue(Programs.has("vmtouch"), "vmtouch is not installed");
    someFiles();
    Matcher theirs =
        Pattern.compile("Files: (\\d+)[\\s\\S]*Resident Pages: (\\d+)/(\\d+)")
            .matcher(Tool.other("vmtouch", directory.toString()));
    assertTrue(theirs.find());
    Map<String, Long> ours = look(directory);
    assertEquals(Long.valueOf(theirs.group(1)), ours.get("files"));
    assertEquals(Long.valueOf(theirs.group(2)), ours.get("resident"));
    assertEquals(Long.valueOf(theirs.group(3)), ours.get("pages"));
  }

  @Test
  void countsAsFincoreDoes() throws IOException, InterruptedException {
    assumeTrue(Programs.has("fincore"), "fincore is not installed");
    someFiles();
    for (String name : List.of("d1/f1", "d2/f17", "d0/f0")) {
      Path file = directory.resolve(name);
      String pages = Tool.other("fincore", "--noheadings", "--output", "PAGES", file.toString());
      assertEquals(Long.valueOf(pages.trim()), look(file).get("resident"), name);
    }
  }

  @Test
  void dirtyPagesAreTold() throws IOException, InterruptedException {
    assumeTrue(io.mmapio.Feature.CACHE_STATE.isSupported(), "this kernel has no cachestat");
    assertTrue(look(directory).containsKey("evicted"));
    Files.write(directory.resolve("dirty"), new byte[(int) (3 * Samples.PAGE)]);
    Map<String, Long> dirty = look(directory.resolve("dirty"));
    assertEquals(3, dirty.get("dirty") + dirty.get("writeback"));
  }

  @Test
  void hardLinksCountOnceAndLinksAreNotFollowed() throws IOException, InterruptedException {
    Path file = Samples.file(directory.resolve("a/file"), 10);
    Path other = Samples.file(directory.resolve("outside/file"), 7);
    Files.createLink(directory.resolve("a/again"), file);
    Files.createSymbolicLink(directory.resolve("a/link"), other.getParent());
    Files.createSymbolicLink(directory.resolve("a/loop"), directory.resolve("a"));
    assertEquals(10, look(directory.resolve("a")).get("pages"));
    assertEquals(10, look(directory.resolve("a"), file, directory.resolve("a")).get("pages"));
    assertEquals(17, look("-L", directory.resolve("a")).get("pages"));
  }

  @Test
  void globsAndSizesSelect() throws IOException, InterruptedException {
    Samples.file(directory.resolve("x/a.log"), 1);
    Samples.file(directory.resolve("x/b.dat"), 2);
    Samples.file(directory.resolve("y/c.dat"), 4);
    assertEquals(6, look("--include", "*.dat", directory).get("pages"));
    assertEquals(2, look("--include", "*.dat", "--exclude", "y", directory).get("pages"));
    assertEquals(4, look("--min-size", 3 * Samples.PAGE, directory).get("pages"));
  }

  @Test
  void whatCannotBeReadIsNamedOnceAndTheRestGoesOn() throws IOException, InterruptedException {
    Samples.file(directory.resolve("file"), 3);
    Tool.Outcome outcome =
        new Tool().run("look", "--json", directory.resolve("missing"), directory);
    assertEquals(1, outcome.exitCode());
    assertEquals(3, total(outcome.out()).get("pages"));
    assertEquals(
        "mmap: " + directory.resolve("missing") + ": no such file or directory\n", outcome.err());
  }

  @Test
  void wrongCommandLinesAreExitCodeTwo() throws IOException, InterruptedException {
    for (Object[] wrong :
        new Object[][] {
          {}, {"look"}, {"nothing"}, {"look", "--top", "x", "."}, {"load", "-r", "2G..1G", "."}
        }) {
      Tool.Outcome outcome = new Tool().run(wrong);
      assertEquals(2, outcome.exitCode(), outcome.all());
      assertTrue(outcome.err().startsWith("mmap: "), outcome.all());
    }
  }

  @Test
  void filesOfOthersAreUnknown() throws IOException, InterruptedException {
    assumeTrue(
        Programs.has("setpriv") && "root".equals(System.getProperty("user.name")), "not root");
    Path file = Samples.file(directory.resolve("file"), 9);
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path jar = Files.copy(Tool.JAR, directory.resolve("mmap.jar"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String[] command = {
      "setpriv",
      "--reuid=65534",
      "--regid=65534",
      "--clear-groups",
      "--inh-caps=-all",
      "--",
      java,
      "-Djava.io.tmpdir=/tmp",
      "-jar",
      jar.toString(),
      "look",
      file.toString()
    };
    String text = Tool.other(command);
    assumeTrue(!text.contains("NoBackend"), "nobody cannot load the library: " + text);
    assertTrue(text.contains("unknown: 9 pages"), text);
    assertFalse(text.contains("100%"), text);
  }

  @Test
  void aTebibyteOfNothingTakesNoMemory() throws IOException, InterruptedException {
    Path file;
    try {
      file = Samples.sparse(directory.resolve("sparse"), 1L << 40);
    } catch (IOException e) {
      assumeTrue(false, "this file system has no file of 1 TiB");
      return;
    }
    Samples.touch(file, 0, 1000, (1L << 28) - 1);
    Map<String, Long> total = look(file);
    assertEquals(1L << 28, total.get("pages"));
    assertEquals(3, total.get("resident"));
    Path page = directory.resolve("page.html");
    Tool.Outcome outcome = new Tool().run("look", "--html", page, file);
    assertEquals(0, outcome.exitCode(), outcome.all());
    assertTrue(Files.size(page) < 100_000, "" + Files.size(page));
  }

  @Test
  void namesCannotReachTheTerminal() throws IOException, InterruptedException {
    for (String name : List.of("new\nline", "\033[31mred", "\u202ertl", "a\u009bb")) {
      Samples.file(directory.resolve(name), 1);
    }
    Tool.other("sh", "-c", "printf x > \"$1/$(printf 'bro\\377ken')\"", "sh", "" + directory);
    String text = new Tool().run("look", directory).out();
    assertFalse(text.matches("(?s).*[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\\u202e].*"), text);
    for (String shown : List.of("new\\nline", "\\x1b[31mred", "\\u202ertl", "a\\u009bb")) {
      assertTrue(text.contains(shown), text);
    }
    assertTrue(text.contains("bro\\xffken"), text);
  }

  @Test
  void brokenNamesOnTheCommandLineAreFound() throws IOException, InterruptedException {
    List<String> command = new Tool().command("look", "--csv");
    command.addAll(
        0,
        List.of(
            "sh",
            "-c",
            "name=$(printf '%s/bro\\377ken' \"$0\"); printf x > "
                + "\"$name\"; LC_ALL=C.UTF-8 \"$@\" \"$name\"",
            directory.toString()));
    String text = Tool.other(command.toArray(new String[0]));
    assertTrue(text.contains("bro\\xffken\",1,1,"), text);
  }

  @Test
  void rowsAreSortedCutAndSummed() throws IOException, InterruptedException {
    someFiles();
    String all = new Tool().run("look", "--depth", "9", "--top", "0", directory).out();
    assertEquals(21 + 3, all.lines().filter(line -> line.contains(directory + "/")).count(), all);
    String few = new Tool().run("look", "-d", "9", "-n", "2", "-s", "size", directory).out();
    assertTrue(few.contains("22 more rows"), few);
    assertTrue(few.contains("d1/") && few.indexOf("d1/") < few.indexOf("d0/"), few);
    String stream = new Tool().run("look", "--sort", "none", "-d", "9", directory).out();
    assertTrue(stream.contains("in 21 files"), stream);
  }
}
