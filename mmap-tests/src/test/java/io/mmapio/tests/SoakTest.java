// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Used for long, it takes no more than it did at first. */
@Tag("child-jvm")
final class SoakTest {
  @TempDir Path directory;

  @Test
  void fewSeconds() throws Exception {
    soak(8);
  }

  @Test
  @Tag("long")
  void tenMinutes() throws Exception {
    soak(600);
  }

  private void soak(int seconds) throws Exception {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("what an emulator takes cannot be told apart");
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println(seconds + " s, -Dmmapio.test.seed=" + seed);
    // As in FlatAfterwardsTest: no threads of a collector, one arena of malloc.
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .patience(30)
            .under("env", "MALLOC_ARENA_MAX=1")
            .option("-Xms256m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch")
            .run(Soak.class, directory.toString(), "" + seconds, "" + seed);
    System.out.println(outcome.withoutWarnings());
    assertEquals(0, outcome.exitCode(), outcome.withoutWarnings());
    assertTrue(outcome.output().strip().endsWith("\nflat"), outcome.output());
  }
}
