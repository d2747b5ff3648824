// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's threads: nobody's but its own, and there only as long as something is mapped. */
@Tag("child-jvm")
final class ThreadsTest {
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  @Test
  void threadsInheritNothingEndAndStartAgain() throws Exception {
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    ChildJvm.Outcome outcome = new ChildJvm().run(LibraryThreads.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("gone 3 times"), outcome.output());
  }

  @Test
  void nothingIsMissedWhileTheThreadComesAndGoes() throws Exception {
    visit(Machine.isEmulated() ? 3 : 15, 5);
  }

  @Test
  @Tag("long")
  void nothingIsMissedInThousandsOfRounds() throws Exception {
    visit(50, 60);
  }

  private void visit(int copies, int times) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("visits: -Dmmapio.test.seed=" + seed);
    Path file = Bytes.patterned(directory.resolve("file"), SIZE);
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .patience(20)
            .run(Visits.class, file.toString(), "" + copies, "" + times, "" + seed);
    System.out.println(outcome.output());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains(copies * times + " visits, nothing left"));
  }
}
