// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map holds what its players did, also if its process is killed at any moment. */
final class WorldTest {
  private static final String ROWS = "64";

  @TempDir Path directory;

  @Test
  void everyEditIsInTheFile() throws Exception {
    Path file = directory.resolve("world");
    assertEquals(0, World.run(List.of(file.toString(), ROWS, "300")));
  }

  @Test
  void killedAtAnyMomentEachChunkIsOldOrNew() throws Exception {
    Random random = new Random(Long.getLong("mmapio.test.seed", System.nanoTime()));
    Path file = directory.resolve("world");
    long known = 0;
    for (int round = 0; round < Integer.getInteger("mmapio.test.kills", 10); round++) {
      known += kill(file, random.nextInt(20), random.nextInt(150));
      WorldFile.open(file, Long.parseLong(ROWS) * World.WIDTH).close();
      long there = edits(file);
      assertTrue(there >= known, known + " edits were durable, " + there + " are there");
      known = there;
    }
  }

  /** Kills a player's process, and returns how many of its edits it has called durable. */
  private static long kill(Path file, int lines, int milliseconds) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Demo.class.getName(),
                "world",
                file.toString(),
                ROWS,
                "1000000")
            .redirectErrorStream(true)
            .directory(file.getParent().toFile())
            .start();
    try (BufferedReader output = process.inputReader()) {
      long durable = lastDurable(output, lines);
      process.waitFor(milliseconds, TimeUnit.MILLISECONDS); // any moment
      process.toHandle().destroyForcibly();
      assertTrue(process.waitFor(1, TimeUnit.MINUTES));
      return Math.max(durable, lastDurable(output, Integer.MAX_VALUE));
    }
  }

  private static long lastDurable(BufferedReader output, int lines) throws IOException {
    long last = 0;
    for (int i = 0; i <= lines; i++) {
      String line = output.readLine();
      if (line == null) {
        return last;
      }
      if (line.matches("durable +[0-9]+ edits; this checkpoint wrote [0-9]+ chunks")) {
        last = Long.parseLong(line.split(" +")[1]);
      }
    }
    return last;
  }

  /** The edits in all chunks of a file, none of which may be damaged. */
  private static long edits(Path file) throws IOException {
    assertTrue(Files.size(file) > 0);
    long edits = 0;
    try (MappedRegion region = Mmap.map(file)) {
      for (long at = 0; at < region.size(); at += WorldFile.CHUNK) {
        long version = WorldFile.versionOf(region.buffer(at, WorldFile.CHUNK));
        assertTrue(version >= 0, "a chunk is half old, half new, at " + at);
        edits += version;
      }
    }
    return edits;
  }
}
