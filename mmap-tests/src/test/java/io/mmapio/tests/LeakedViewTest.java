// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Feature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Views of every kind, used after their region was closed, or collected, or both: zeros of their
 * own if it was closed and otherwise the file, whatever code touches them, and whichever collector
 * looked for them.
 */
@Tag("child-jvm")
final class LeakedViewTest {
  /** Enough for both compilers to have compiled every way to touch: see {@link #SOONER}. */
  private static final int HOT = 1_000;

  /** C2 compiles what was called 15,000 times; with this, 750 times. */
  private static final String SOONER = "-XX:CompileThresholdScaling=0.05";

  /** Interpreted code does not change with use. */
  private static final int FEW = 3;

  /** Of so many ways to touch each view takes one, in the short form. */
  private static final int SHARE = 5;

  private static final int SIZE = 4096; // any

  @TempDir Path directory;

  /** What runs the code that touches. */
  @SuppressWarnings("ImmutableEnumChecker") // nobody writes to the array
  private enum Code {
    INTERPRETED(FEW, "-Xint"),
    // -Xbatch: the code is compiled when the threshold is reached, not when there is time.
    FIRST_COMPILER(HOT, SOONER, "-XX:TieredStopAtLevel=1", "-Xbatch"),
    BOTH_COMPILERS(HOT, SOONER, "-Xbatch");

    final int times;
    final String[] options;

    Code(int times, String... options) {
      this.times = times;
      this.options = options;
    }
  }

  /** One way of running the program. */
  record Run(Code code, Collector collector, boolean warm) {}

  /**
   * Each collector interpreted and compiled, with views that were used before and with new ones.
   */
  @SuppressWarnings("EnumOrdinal") // as good as random: each value meets both of the other's halves
  static List<Run> runs() {
    return everyRun()
        .filter(run -> !Machine.isEmulated() || run.collector() == Collector.SERIAL)
        .filter(run -> run.code() != Code.FIRST_COMPILER || run.collector() == Collector.PARALLEL)
        .filter(run -> run.warm() == ((run.code().ordinal() + run.collector().ordinal()) % 2 > 0))
        .toList();
  }

  static Stream<Run> everyRun() {
    List<Run> runs = new ArrayList<>();
    for (Code code : Code.values()) {
      for (Collector collector : Collector.values()) {
        runs.add(new Run(code, collector, false));
        runs.add(new Run(code, collector, true));
      }
    }
    return runs.stream();
  }

  @ParameterizedTest
  @MethodSource("runs")
  void viewsOutliveTheirRegion(Run run) throws Exception {
    touchAfterLosing(run, SHARE);
  }

  @ParameterizedTest
  @MethodSource("everyRun")
  @Tag("long")
  void viewsOutliveTheirRegionInEveryCombination(Run run) throws Exception {
    touchAfterLosing(run, 1);
  }

  private void touchAfterLosing(Run run, int share) throws Exception {
    String[] arguments = {directory.toString(), "" + run.code().times, "" + run.warm(), "" + share};
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option(run.code().options)
            .option(run.collector().option())
            .run(LeakedViews.class, arguments);
    String report = outcome.withoutWarnings().strip();
    assertEquals(0, outcome.exitCode(), report);
    assertTrue(report.contains("\n" + expected() + "\n"), expected() + " is not in " + report);
    assertTrue(report.endsWith("\nnothing left"), report);
  }

  /** What it says if it left nothing out, counted here and not where it is gone through. */
  private static String expected() throws IOException {
    byte marker = 1;
    int ways = 0;
    try (FileChannel scratch =
        FileChannel.open(
            Files.createTempFile("scratch", null), StandardOpenOption.DELETE_ON_CLOSE)) {
      ways += new BufferTouches(marker, ByteBuffer.allocate(SIZE)).kinds().size();
      ways += new NativeTouches(marker, scratch).kinds().size();
    }
    if (Touch.segmentsExist()) {
      Object same = SegmentTouches.ofBuffer(ByteBuffer.allocate(SIZE));
      ways += new SegmentTouches(marker, same).kinds(SIZE).size();
    }
    int regions = Fate.values().length * (Feature.GUARD.isSupported() ? 2 : 1);
    return "touched in %d ways, %d views".formatted(ways, regions * ViewKind.all().size());
  }
}
