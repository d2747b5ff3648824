// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed at any moment: the file has each commit that returned, and no part. */
@Tag("child-jvm")
final class CommitKillTest {
  private static final int MOST_LINES = 60;
  private static final long MOST_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

  @TempDir Path directory;

  @Test
  void commitsOutliveTheirWriter() throws Exception {
    assertEquals(0, kill(Machine.isEmulated() ? 2 : 10, "commit"));
  }

  @Test
  @Tag("long")
  void aThousandTimes() throws Exception {
    assertEquals(0, kill(1_000, "commit"));
  }

  /** The same of a writer that stores to a shared mapping: it sees the difference. */
  @Test
  void storesAreTorn() throws Exception {
    int torn = 0;
    for (int some = 0; some < 10 && torn == 0; some++) {
      torn = kill(3, "store");
    }
    assertTrue(torn > 0);
  }

  /** Kills writers of one file, one after the other, and counts the files that are torn. */
  private int kill(int rounds, String how) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("kill -9 of " + how + ", " + rounds + " rounds, -Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    Path file = Path.of("");
    int torn = 0;
    long commits = 0;
    long last = 0;
    for (int round = 0; round < rounds; round++) {
      if (round % 50 == 0 || last < 0) {
        file =
            Bytes.sparse(
                directory.resolve(how + round + seed), new Commits(0, Mmap.pageSize()).size());
        last = 0;
      }
      long before = last;
      long synced = written(file, seed, how, random);
      last = found(file, seed);
      boolean whole = last >= synced && (synced == 0 || last <= synced + 1) && last >= before;
      torn += whole ? 0 : 1;
      commits += Math.max(0, last - before);
      if (!whole) {
        System.out.println(synced + " had returned, " + last + " are there, " + before + " before");
        last = -1;
      }
    }
    System.out.printf("kill -9, %d rounds, %d commits, %d torn%n", rounds, commits, torn);
    return torn;
  }

  private static long written(Path file, long seed, String how, Random random) throws Exception {
    Process writer =
        new ChildJvm().start(CommitWriter.class, file.toString(), String.valueOf(seed), how);
    int lines = random.nextInt(MOST_LINES);
    try (BufferedReader output = writer.inputReader()) {
      long synced = read(output, lines);
      LockSupport.parkNanos(random.nextLong(MOST_NANOS));
      writer.toHandle().destroyForcibly();
      assertTrue(writer.waitFor(1, TimeUnit.MINUTES));
      return Math.max(synced, read(output, Integer.MAX_VALUE));
    }
  }

  private static long found(Path file, long seed) throws IOException {
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(CommitWriter.JOURNAL).open()) {
      return new Commits(seed, Mmap.pageSize()).whole(atomic.region().buffer());
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
      // A JVM says so if an emulator is told how to run it.
      assertTrue(line.matches("[0-9]+|opening|full|Picked up JAVA_TOOL_OPTIONS: .*"), line);
      last = line.matches("[0-9]+") ? Long.parseLong(line) : last;
    }
    return last;
  }
}
