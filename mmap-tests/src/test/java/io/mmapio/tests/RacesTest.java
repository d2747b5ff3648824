// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing against every other operation, a second closer among them. */
@Tag("child-jvm")
final class RacesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closingAgainstEveryOperation(boolean guarded) throws Exception {
    Machine.assumeNotEmulated("an emulator takes minutes for its system calls");
    race(100, guarded);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("long")
  void manyTimes(boolean guarded) throws Exception {
    race(10_000, guarded);
  }

  private void race(int rounds, boolean guarded) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));
    ChildJvm.Outcome outcome =
        new ChildJvm().patience(60).run(Races.class, file.toString(), "" + rounds, "" + guarded);
    assertEquals(0, outcome.exitCode(), outcome.withoutWarnings());
    assertTrue(outcome.output().contains("rounds " + rounds), outcome.output());
    System.out.println(outcome.withoutWarnings());
  }
}
