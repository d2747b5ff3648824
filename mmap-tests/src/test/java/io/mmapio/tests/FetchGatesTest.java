// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches in threads of the library, from a disk that answers when the test wants. */
@Tag("child-jvm")
final class FetchGatesTest {
  @TempDir Path directory;

  @Test
  void fetchesAreBoundedAndEndWhenTheyShould() throws Exception {
    String own = System.getProperty("java.class.path");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .backend(GatedBackend.NAME)
            .classPath(GatedBackend.folder(directory) + File.pathSeparator + own)
            .option("-Djdk.virtualThreadScheduler.parallelism=1")
            .option("-Djdk.virtualThreadScheduler.maxPoolSize=1")
            .run(FetchGates.class);
    assertEquals(0, outcome.exitCode(), outcome.output());
    for (String part : FetchGates.PARTS.keySet()) {
      assertTrue(outcome.output().contains("ok: " + part), outcome.output());
    }
  }
}
