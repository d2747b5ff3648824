// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view used after its region was closed: zeros of its own, whatever code touches it, and how. */
@Tag("child-jvm")
final class LeakedViewTest {
  private static final int PAGES = 8;

  /** Enough for C2 to have compiled every kind: its threshold is 15,000 with tiers. */
  // An emulator would take minutes; the compilers are tested where they are at home.
  private static final int HOT = Machine.isEmulated() ? 300 : 16_000;

  /** Interpreted code does not change with use. */
  private static final int FEW = Machine.isEmulated() ? 5 : 50;

  @TempDir Path directory;
  private Path file;
  private Path copy;
  private byte[] content;

  @BeforeEach
  void createFile() throws IOException {
    content = new byte[Math.toIntExact(PAGES * Mmap.pageSize())];
    // Whatever width it is read in and whatever digest is made of it, it is not what zeros give.
    Arrays.fill(content, (byte) 'a');
    file = Files.write(directory.resolve("file"), content);
    copy = directory.resolve("copy");
  }

  @Test
  void theVeryFirstAccessMayComeAfterClosing() throws Exception {
    touchAfterClosing(1, /* warm= */ false);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interpretedCodeSeesZeros(boolean warm) throws Exception {
    touchAfterClosing(FEW, warm, "-Xint");
  }

  // -Xbatch: the code is compiled when the threshold is reached, not when there is time.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codeOfTheFirstCompilerSeesZeros(boolean warm) throws Exception {
    touchAfterClosing(HOT, warm, "-XX:TieredStopAtLevel=1", "-Xbatch");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void codeOfBothCompilersSeesZeros(boolean warm) throws Exception {
    touchAfterClosing(HOT, warm, "-Xbatch");
  }

  private void touchAfterClosing(int times, boolean warm, String... options) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .option(options)
            .run(
                LeakedViews.class,
                file.toString(),
                copy.toString(),
                Integer.toString(times),
                Boolean.toString(warm));
    assertEquals(0, outcome.exitCode(), outcome.output());
    String report = outcome.output().strip();
    assertTrue(report.endsWith("touched " + kinds() + " kinds"), report);
    assertEquals(-1, Files.mismatch(copy, file), "the file changed after its region was closed");
    assertEquals(warm, !Arrays.equals(content, Files.readAllBytes(file)), "it was written before");
  }

  /** How many kinds of access there are, counted here and not where they are gone through. */
  private int kinds() throws IOException {
    byte marker = 1;
    int segment = 0;
    if (Touch.segmentsExist()) {
      Object same = SegmentTouches.ofBuffer(ByteBuffer.allocate(content.length));
      segment = new SegmentTouches(marker, same).kinds(content.length).size();
    }
    try (FileChannel scratch = FileChannel.open(file, StandardOpenOption.READ)) {
      return new BufferTouches(marker, ByteBuffer.allocate(content.length)).kinds().size()
          + new NativeTouches(marker, scratch).kinds().size()
          + segment;
    }
  }
}
