// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The power goes: what was synced DURABLE is there when the journal was replayed, and whole. */
@Tag("child-jvm")
final class PowerLossTest {
  private static final long PATIENCE_MINUTES = 60;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void durableRecordsAreThere(String fileSystem) throws Exception {
    assertEquals(0, losses(fileSystem, 3, "DURABLE"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  @Tag("long")
  void aHundredTimes(String fileSystem) throws Exception {
    assertEquals(0, losses(fileSystem, 100, "DURABLE"));
  }

  /** The same test of a writer that does not sync: it sees the difference. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void whatWasNotSyncedIsLost(String fileSystem) throws Exception {
    assertTrue(losses(fileSystem, 3, "none") > 0);
  }

  /** What was committed is there, with nothing of a commit that had not returned. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void commitsAreThereAsAWhole(String fileSystem) throws Exception {
    assertEquals(0, losses(fileSystem, 3, PowerLoss.COMMITS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  @Tag("long")
  void commitsAThousandTimes(String fileSystem) throws Exception {
    assertEquals(0, losses(fileSystem, 1_000, PowerLoss.COMMITS));
  }

  /** The same test of a journal that is not synced. */
  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs"})
  void commitsWithoutSyncAreLost(String fileSystem) throws Exception {
    assertTrue(losses(fileSystem, 3, PowerLoss.UNSYNCED) > 0);
  }

  private int losses(String fileSystem, int cuts, String mode) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println(cuts + " cuts of " + fileSystem + ", -Dmmapio.test.seed=" + seed);
    Path disk = Files.createDirectory(directory.resolve("disk"));
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .patience(PATIENCE_MINUTES)
            .under(Machine.withDisk("xfs", 4L << 30, directory.resolve("outer"), disk))
            .run(PowerLoss.class, disk.toString(), fileSystem, "" + cuts, "" + seed, mode);
    System.out.println(outcome.output());
    assertEquals(0, outcome.exitCode(), outcome.output());
    Matcher end = Pattern.compile(cuts + " cuts .* ([0-9]+) cuts lost").matcher(outcome.output());
    assertTrue(end.find(), outcome.output());
    return Integer.parseInt(end.group(1));
  }
}
