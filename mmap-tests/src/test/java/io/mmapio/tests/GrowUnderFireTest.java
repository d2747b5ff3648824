// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody who uses a view notices that its region grows. */
@Tag("child-jvm")
final class GrowUnderFireTest {
  @TempDir Path directory;

  @Test
  void nothingIsLostAndNothingMoves() throws Exception {
    run("file");
  }

  @Test
  void norInAnonymousMemory() throws Exception {
    run("anonymous");
  }

  private void run(String what) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().run(GrowUnderFire.class, directory.resolve("file").toString(), what);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("nothing lost"), outcome.output());
  }
}
