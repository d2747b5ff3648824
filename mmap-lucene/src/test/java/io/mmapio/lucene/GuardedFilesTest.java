// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.Directory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Index files that are truncated under a reader, in a JVM that may end of it. */
@EnabledOnOs(OS.LINUX) // Windows does not truncate a mapped file
class GuardedFilesTest {
  private static final String SURVIVED = "the JVM has survived";

  @TempDir Path folder;

  /** What the other JVM does: all files but the metadata lose their contents. */
  static final class Truncation {
    private Truncation() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      DirectoryOptions options = DirectoryOptions.DEFAULT;
      if (arguments[1].equals("guarded")) {
        options = options.guarded();
      }
      try (Directory directory = new MmapIoDirectory(folder, options)) {
        SearchedIndex.write(directory);
        DirectoryReader reader = DirectoryReader.open(directory);
        System.out.println("before: [" + SearchedIndex.search(reader, 4_000) + "]");
        truncateAll(folder);
        for (int i = 0; i < 20; i++) {
          System.out.println("after: " + outcome(reader, 200 + i * 300));
        }
        try {
          reader.close();
        } catch (IOException e) {
          System.out.println("close: " + e);
        }
      }
      System.out.println(SURVIVED);
    }

    private static void truncateAll(Path folder) throws IOException {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(0);
          }
        }
      }
    }

    private static String outcome(DirectoryReader reader, int number) throws IOException {
      try {
        return "found [" + SearchedIndex.search(reader, number) + "]";
      } catch (CorruptIndexException e) {
        return "corrupt, " + e.getCause();
      }
    }
  }

  @Test
  void aTruncatedFileIsCorruptAndTheJvmLives() throws Exception {
    List<String> output = run("guarded");
    assertTrue(output.contains("before: []"), output.toString());
    assertTrue(output.contains(SURVIVED), output.toString());
    List<String> outcomes = output.stream().filter(line -> line.startsWith("after: ")).toList();
    assertEquals(20, outcomes.size());
    for (String outcome : outcomes) {
      assertTrue(outcome.startsWith("after: corrupt, "), outcome);
      assertTrue(outcome.contains("the file was truncated"), outcome);
    }
  }

  /** Shows that the test above tests something. */
  @Test
  void withoutTheGuardNoSearchIsAnsweredCorrectly() throws Exception {
    List<String> output = run("unguarded");
    assertTrue(output.contains("before: []"), output.toString());
    assertFalse(output.contains(SURVIVED), output.toString());
  }

  private List<String> run(String how) throws IOException, InterruptedException {
    Path log = folder.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + folder.resolve("hs_err"),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Truncation.class.getName(),
                folder.resolve("index").toString(),
                how)
            .directory(new File(System.getProperty("java.io.tmpdir")))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    assertTrue(process.waitFor(2, TimeUnit.MINUTES));
    return Files.readAllLines(log);
  }
}
