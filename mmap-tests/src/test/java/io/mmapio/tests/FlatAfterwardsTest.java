// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** However much is mapped, nothing is left of it: no mapping, no descriptor, no address space. */
@Tag("child-jvm")
@EnabledOnOs(value = OS.LINUX, disabledReason = "it reads /proc/self")
final class FlatAfterwardsTest {
  @BeforeAll
  static void mappingsAreTheJvmsOwn() {
    Machine.assumeNotEmulated("what an emulator maps for itself cannot be told apart");
  }

  @TempDir Path directory;

  @Test
  void nothingIsLeftOfClosedRegions() throws Exception {
    run("close", 100_000);
  }

  @Test
  void nothingIsLeftOfClosedRegionsAndTheirViews() throws Exception {
    run("close with view", 100_000);
  }

  @Test
  void nothingIsLeftOfRegionsThatNobodyClosed() throws Exception {
    run("drop", 1_000); // two each
  }

  @Test
  void sliceKeepsTheFileInMemoryAndNobodyElseDoes() throws Exception {
    run("slice", 1);
  }

  private void run(String what, int times) throws Exception {
    byte[] content = new byte[Math.toIntExact(Mmap.pageSize())];
    Arrays.fill(content, Leftovers.VALUE);
    Path file = Files.write(directory.resolve("file"), content).toRealPath();
    // The serial collector has no threads that come and go. Each arena of malloc takes 64 MiB of
    // addresses: one is enough.
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("env", "MALLOC_ARENA_MAX=1")
            .option("-Xmx64m", "-XX:+UseSerialGC")
            .run(Leftovers.class, file.toString(), what, Integer.toString(times));
    assertEquals(0, outcome.exitCode(), outcome.output());
    String report = outcome.output().strip();
    assertTrue(report.endsWith("nothing left of " + times), report);
  }
}
