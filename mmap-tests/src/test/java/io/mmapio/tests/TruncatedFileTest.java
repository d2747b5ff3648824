// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Feature;
import io.mmapio.Mmap;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file truncated under its mapping. What is listed here HotSpot turns into an error that can be
 * caught. What is not (checksums, compression, a compareAndSet that is interpreted) ends the JVM,
 * with this library as with every other.
 */
@Tag("child-jvm")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows refuses to truncate a mapped file")
final class TruncatedFileTest {
  // An emulator would take minutes; the compilers are tested where they are at home.
  private static final int HOT = Machine.isEmulated() ? 300 : 16_000;

  private static final List<String> SAFE =
      List.of(
          "get",
          "getShort",
          "getChar",
          "getInt",
          "getLong",
          "getFloat",
          "getDouble",
          "relative get",
          "loop of get",
          "bulk get",
          "absolute bulk get",
          "put into a direct buffer",
          "put into a heap buffer",
          "asLongBuffer get",
          "asLongBuffer bulk get",
          "slice get",
          "hashCode",
          "VarHandle get",
          "UTF-8 decode",
          "SHA-256 update",
          "put",
          "putShort",
          "putChar",
          "putInt",
          "putLong",
          "putFloat",
          "putDouble",
          "relative put",
          "bulk put",
          "absolute bulk put",
          "put a direct buffer",
          "put a heap buffer",
          "asLongBuffer put",
          "asLongBuffer bulk put",
          "VarHandle set",
          "VarHandle setRelease");

  /** Safe interpreted and when C2 has compiled it, not between the two. */
  private static final String MISMATCH = "mismatch";

  private static final String BY_SYSTEM_CALL = "FileChannel.write";

  private static final String LOST = "io.mmapio.LostPageException: .*";

  @TempDir Path directory;

  @Test
  void interpretedAccessToALostPageIsAnError() throws Exception {
    touchLostPages(0, "-Xint");
  }

  @Test
  void firstAccessToALostPageIsAnError() throws Exception {
    touchLostPages(0);
  }

  @Test
  void compiledAccessToALostPageIsAnError() throws Exception {
    touchLostPages(HOT, "-Xbatch");
  }

  private void touchLostPages(int times, String... options) throws Exception {
    byte[] content = new byte[Math.toIntExact(4 * Mmap.pageSize())];
    Arrays.fill(content, (byte) 'a');
    Path file = Files.write(directory.resolve("file"), content);
    List<String> arguments = new ArrayList<>(List.of(file.toString(), Integer.toString(times)));
    arguments.addAll(SAFE);
    arguments.add(MISMATCH);
    arguments.add(BY_SYSTEM_CALL);
    ChildJvm.Outcome outcome =
        new ChildJvm().option(options).run(TruncatedFile.class, arguments.toArray(String[]::new));
    assertEquals(0, outcome.exitCode(), outcome.output());
    for (String kind : SAFE) {
      assertReports(outcome.output(), kind, "java.lang.InternalError: .*");
    }
    assertReports(outcome.output(), MISMATCH, "java.lang.InternalError: .*");
    assertReports(outcome.output(), BY_SYSTEM_CALL, "java.io.IOException: Bad address");
    for (String call : TruncatedFile.calls()) {
      assertReports(outcome.output(), call, "(returned |io.mmapio.(Mmap|LostPage)Exception: ).*");
    }
    for (String call : List.of("await", "awaitLong", "wake")) {
      assertReports(outcome.output(), call, LOST);
    }
    if (Feature.CHECKED_ACCESS.isSupported()) { // else nobody tells
      assertReports(outcome.output(), "fetch", LOST);
      assertReports(outcome.output(), "fetchAsync", LOST);
    }
    assertTrue(outcome.output().strip().endsWith("done"), outcome.output());
  }

  private static void assertReports(String output, String kind, String expected) {
    String line = "^" + Pattern.quote(kind + ": ") + expected + "$";
    assertTrue(Pattern.compile(line, Pattern.MULTILINE).matcher(output).find(), kind + output);
  }
}
