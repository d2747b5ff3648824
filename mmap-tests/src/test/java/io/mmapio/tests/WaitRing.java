// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * A program that is one of several processes in a ring. Each sleeps until its word has the number
 * of the round, and then passes the number on. It ends with an error if the number does not come,
 * or comes before what was written with it.
 */
final class WaitRing {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private WaitRing() {}

  /** Arguments: the file, how many processes, which of them this is, the first round, the last. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int members = Integer.parseInt(args[1]);
    int self = Integer.parseInt(args[2]);
    int first = Integer.parseInt(args[3]);
    int last = Integer.parseInt(args[4]);
    try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      long start = System.nanoTime();
      for (int round = first; round <= last; round++) {
        pass(words, members, self, round);
      }
      long micros = (System.nanoTime() - start) / 1000;
      System.out.printf(
          "rounds %d, late %d, %.2f us a round, %d ms of CPU%n",
          last - first + 1,
          words.late(),
          (double) micros / (last - first + 1),
          ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000);
    }
  }

  /** One member's part of a round. */
  static void pass(WaitWords words, int members, int self, int round)
      throws IOException, InterruptedException {
    if (!words.awaitValue(self, round, PATIENCE)) {
      throw new AssertionError(self + " was not woken in round " + round);
    }
    if (words.payload(self) != round) {
      throw new AssertionError(
          self + " sees payload " + words.payload(self) + " in round " + round);
    }
    int next = (self + 1) % members;
    int number = next == 0 ? round + 1 : round;
    words.setPayload(next, number);
    words.set(next, number);
    words.wake(next);
  }
}
