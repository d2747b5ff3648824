// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views of memory that no file has keep it, as those of files do: see {@link LeakedViewTest}. */
@Tag("child-jvm")
final class PrivateViewsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(
      value = Collector.class,
      names = {"G1", "SERIAL"})
  void viewsOutliveTheirRegion(Collector collector) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().option(collector.option()).run(PrivateViews.class, directory.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    int views = 2 * Fate.values().length * ViewKind.all().size();
    assertTrue(outcome.output().contains("views " + views), outcome.output());
  }
}
