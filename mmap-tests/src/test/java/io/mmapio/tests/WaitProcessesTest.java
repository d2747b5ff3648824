// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.WaitOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that wait for each other at words of a file, and what remains of those that die. */
@Tag("child-jvm")
final class WaitProcessesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern LATE = Pattern.compile("late (\\d+)");

  /** A waking thread may lose its processor between the change of the word and the wake. */
  private static final int TOLERATED = 3;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Files.write(directory.resolve("words"), new byte[16 * WaitWords.STEP]);
  }

  private static boolean isSlow() {
    return Machine.isEmulated() || !Feature.WAIT.isSupported();
  }

  @Test
  void twoProcessesLoseNoWake() throws Exception {
    ring(2, isSlow() ? 200 : 100_000);
  }

  @Test
  void eightProcessesLoseNoWake() throws Exception {
    ring(Machine.isEmulated() ? 3 : 8, isSlow() ? 50 : 5_000);
  }

  @Test
  @Tag("long")
  void tenMillionRoundsLoseNoWake() throws Exception {
    ring(2, Integer.getInteger("mmapio.test.waits", 10_000_000));
  }

  private void ring(int members, int rounds) throws Exception {
    Path file = file();
    List<Process> processes = new ArrayList<>();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      words.setPayload(0, 1);
      words.set(0, 1); // the first finds it, awake or not
      for (int i = 0; i < members; i++) {
        processes.add(
            new ChildJvm()
                .start(WaitRing.class, file.toString(), "" + members, "" + i, "1", "" + rounds));
      }
      for (Process process : processes) {
        awaitNoneLate(process);
      }
      assertEquals(rounds + 1, words.get(0));
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  private static void awaitNoneLate(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), output);
    System.out.print(output);
    Matcher late = LATE.matcher(output);
    assertTrue(late.find(), output);
    if (Feature.WAIT.isSupported() && !Machine.isEmulated()) {
      assertTrue(Integer.parseInt(late.group(1)) <= TOLERATED, output);
    }
  }

  @Test
  void everyProcessThatWaitsAtAWordIsWoken() throws Exception {
    int members = Machine.isEmulated() ? 2 : 7;
    int generations = isSlow() ? 30 : 2_000;
    Path file = file();
    List<Process> processes = new ArrayList<>();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      for (int i = 0; i < members; i++) {
        processes.add(new ChildJvm().start(WaitGroup.class, file.toString(), "" + generations));
      }
      for (int generation = 1; generation <= generations; generation++) {
        words.set(WaitGroup.GENERATION, generation);
        words.wakeAll(WaitGroup.GENERATION);
        assertTrue(
            words.awaitValue(WaitGroup.ANSWERS, generation * members, WaitGroup.PATIENCE),
            "generation " + generation + ": " + words.get(WaitGroup.ANSWERS) + " answers");
      }
      for (Process process : processes) {
        awaitNoneLate(process);
      }
    } finally {
      processes.forEach(Process::destroyForcibly);
    }
  }

  @Test
  void processThatDiesLeavesNobodyWaiting() throws Exception {
    kill(Machine.isEmulated() ? 2 : 20);
  }

  @Test
  @Tag("long")
  void fiveHundredProcessesDie() throws Exception {
    kill(500);
  }

  private void kill(int times) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("kill -9 of a waiting process, -Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      int round = 0;
      for (int time = 0; time < times; time++) {
        round = killPeer(words, file, round, 1 + random.nextInt(isSlow() ? 20 : 2_000), time);
      }
      System.out.println("kill -9, " + times + " times in " + round + " rounds");
    }
  }

  /**
   * Passes the number to and fro with a child, member 1, and kills it: while it passes the number
   * on, or while it waits. The next child goes on where it was.
   */
  private static int killPeer(WaitWords words, Path file, int start, int rounds, int time)
      throws Exception {
    Process child =
        new ChildJvm()
            .start(
                WaitRing.class,
                file.toString(),
                "2",
                "1",
                "" + (start + 1),
                "" + Integer.MAX_VALUE);
    try {
      int round = start;
      while (round < start + rounds) {
        round++;
        give(words, round);
        assertTrue(words.awaitValue(0, round + 1, PATIENCE), "round " + round + ", time " + time);
      }
      boolean whileWaiting = time % 2 == 0;
      if (!whileWaiting) {
        give(words, ++round); // it may answer before it dies, or not
      }
      child.toHandle().destroyForcibly();
      if (whileWaiting) {
        assertTrue(child.waitFor(1, TimeUnit.MINUTES));
        assertEquals(
            WaitOutcome.TIMED_OUT,
            words.await(0, round + 1, Duration.ofMillis(60)),
            "nobody wakes");
        words.wake(1); // nobody is there
      } else {
        words.awaitValue(0, round + 1, Duration.ofMillis(200)); // comes back, whatever happened
        assertTrue(child.waitFor(1, TimeUnit.MINUTES));
      }
      return round;
    } finally {
      child.destroyForcibly();
    }
  }

  private static void give(WaitWords words, int round) throws IOException {
    words.setPayload(1, round);
    words.set(1, round);
    words.wake(1);
  }

  @Test
  void wakeOfOneIsNotSpentOnADeadProcess() throws Exception {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      Process child = new ChildJvm().start(WaitRing.class, file.toString(), "2", "1", "1", "2");
      give(words, 1);
      assertTrue(words.awaitValue(0, 2, PATIENCE)); // from here on, it waits for round 2
      FutureTask<Boolean> other = new FutureTask<>(() -> words.awaitValue(1, 7, PATIENCE));
      new Thread(other).start();
      child.toHandle().destroyForcibly();
      assertTrue(child.waitFor(1, TimeUnit.MINUTES));
      words.set(1, 7);
      words.wake(1);
      assertTrue(other.get());
      assertTrue(isSlow() || words.late() == 0);
    }
  }
}
