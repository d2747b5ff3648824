// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Marks against threads that change the region: see {@link ChangedRaces}. */
@Tag("child-jvm")
final class ChangedRacesTest {
  @TempDir Path directory;

  @BeforeEach
  void tracked() {
    ChangedPages.assumeTracking();
  }

  @Test
  void nothingIsMissing() throws Exception {
    race(2);
  }

  @Test
  @Tag("long")
  void nothingIsMissingForMinutes() throws Exception {
    race(120);
  }

  private void race(int seconds) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    Path file = Files.createFile(directory.resolve("file"));
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .patience(20)
            .run(ChangedRaces.class, file.toString(), "" + seed, "" + seconds);
    assertEquals(0, outcome.exitCode(), "seed " + seed + "\n" + outcome.output());
    assertTrue(outcome.output().contains("done"), outcome.output());
    System.out.println(outcome.output());
  }
}
