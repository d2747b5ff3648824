// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed at any moment: what it said was synced is there, and whole. */
@Tag("child-jvm")
final class KillTest {
  private static final int MOST_LINES = 60;

  /** Of a writer of at most some megabytes. */
  private static final int BUDGET = 1 << 16;

  @TempDir Path directory;

  @Test
  void syncedRecordsOutliveTheirWriter() throws Exception {
    kill(Machine.isEmulated() ? 2 : 10);
  }

  @Test
  @Tag("long")
  void fiveHundredTimes() throws Exception {
    kill(500);
  }

  /** What a budget drops was written by others than the sync that promises it. */
  @Test
  void syncedRecordsOutliveTheirWriterUnderABudget() throws Exception {
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    kill(Machine.isEmulated() ? 2 : 10, String.valueOf(BUDGET));
  }

  private void kill(int rounds, String... budget) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("kill -9, " + rounds + " rounds, -Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    long records = 0;
    for (int round = 0; round < rounds; round++) {
      Path file = directory.resolve("file" + round);
      Files.createFile(file);
      records += kill(file, random.nextLong(), random.nextInt(MOST_LINES), budget);
      Files.delete(file);
    }
    System.out.println("kill -9, " + rounds + " rounds, " + records + " records looked at");
  }

  private static long kill(Path file, long seed, int lines, String... budget) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(file.toString(), String.valueOf(seed), "DURABLE"));
    arguments.addAll(List.of(budget));
    Process writer = new ChildJvm().start(RecordWriter.class, arguments.toArray(String[]::new));
    long synced;
    try (BufferedReader output = writer.inputReader()) {
      synced = read(output, lines);
      writer.toHandle().destroyForcibly(); // SIGKILL, TerminateProcess; its output stays open
      assertTrue(writer.waitFor(1, TimeUnit.MINUTES));
      synced = Math.max(synced, read(output, Integer.MAX_VALUE)); // what was said before it died
    }
    try (MappedRegion region = Mmap.map(file)) {
      long whole = region.size() == 0 ? 0 : Records.whole(region.buffer(), seed);
      assertTrue(whole >= synced, synced + " were synced, " + whole + " are there: seed " + seed);
      return whole;
    }
  }

  /** The last number of so many lines. */
  private static long read(BufferedReader output, int lines) throws IOException {
    long last = 0;
    for (int i = 0; i <= lines; i++) {
      String line = output.readLine();
      if (line == null) {
        return last;
      }
      last = line.matches("[0-9]+") ? Long.parseLong(line) : last;
    }
    return last;
  }
}
