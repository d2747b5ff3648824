// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A region nobody holds but a call of it that is under way, and views that only their user holds.
 */
@Tag("child-jvm")
final class CollectedInUseTest {
  @TempDir Path directory;

  @Test
  void collectorDoesNotCloseARegionInTheMiddleOfACall() throws Exception {
    Machine.assumeNotEmulated("it tests Java code alone, and takes minutes in an emulator");
    // Large, so that looking through it takes longer than a collection.
    Path file = Bytes.sparse(directory.resolve("sparse"), 1L << 30);
    // Only compiled code forgets what it needs no more; so that of the library is compiled at once.
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option("-Xmx32m", "-XX:+UseSerialGC", "-Xcomp")
            .option("-XX:CompileCommand=quiet", "-XX:CompileCommand=compileonly,io.mmapio.*::*")
            .run(UsedWhileCollected.class, file.toString(), "60");
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("rounds 60, pages "), outcome.output());
    assertTrue(
        outcome.output().contains("views " + ViewKind.all().size() + "\n"), outcome.output());
  }
}
