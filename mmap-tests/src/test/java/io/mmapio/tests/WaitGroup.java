// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A program that is one of several processes that wait at the same word, and are woken at once. */
final class WaitGroup {
  /** The word that says which generation it is. */
  static final int GENERATION = 0;

  /** The word that counts the answers. */
  static final int ANSWERS = 1;

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private WaitGroup() {}

  /** Arguments: the file, and how many generations. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int last = Integer.parseInt(args[1]);
    try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
      WaitWords words = new WaitWords(region);
      for (int generation = 1; generation <= last; generation++) {
        if (!words.awaitValue(GENERATION, generation, PATIENCE)) {
          throw new AssertionError("not woken for generation " + generation);
        }
        words.add(ANSWERS, 1);
        words.wake(ANSWERS);
      }
      System.out.println("late " + words.late());
    }
  }
}
