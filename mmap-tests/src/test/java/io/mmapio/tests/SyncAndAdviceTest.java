// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import io.mmapio.SyncOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the two verbs do, down to the system calls. */
final class SyncAndAdviceTest {
  private static final int SIZE = 1 << 20;

  /** What a kernel that has it may still not take, for these pages or at this moment. */
  private static final Set<Advice> DEPENDS_ON_PAGES =
      Set.of(Advice.COLLAPSE, Advice.HUGEPAGE, Advice.MERGEABLE, Advice.UNMERGEABLE);

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  @ParameterizedTest
  @EnumSource(Advice.class)
  void adviceNeverChangesContents(Advice advice) throws IOException {
    Path file = file();
    try (MappedRegion shared = Mmap.map(file, Access.READ_WRITE);
        MappedRegion copy = Mmap.map(file, Access.COPY_ON_WRITE);
        MappedRegion memory = Mmap.anonymous(SIZE).map()) {
      for (MappedRegion region : new MappedRegion[] {shared, copy, memory}) {
        ByteBuffer view = region.buffer();
        view.put(100_000, (byte) 1);
        AdviceOutcome whole = region.advise(advice);
        assertEquals(whole, region.advise(1, SIZE - 2, advice));
        assertEquals(1, view.get(100_000));
        boolean discards = advice == Advice.DONTNEED && region != shared;
        boolean applied = advice.isSupported() && !discards;
        if (!applied || !DEPENDS_ON_PAGES.contains(advice)) {
          assertEquals(applied ? AdviceOutcome.APPLIED : AdviceOutcome.IGNORED, whole);
        }
      }
    }
  }

  @Test
  void adviceIsGivenWhenMapping() throws IOException {
    for (Advice advice : Advice.values()) {
      try (MappedRegion region = Mmap.file(file()).advise(advice).map()) {
        assertEquals(SIZE, region.size());
      }
    }
  }

  @Test
  void everySyncOfEveryRegionReturns() throws IOException {
    Path file = file();
    for (Access access : Access.values()) {
      try (MappedRegion region = Mmap.map(file, access)) {
        region.sync();
        region.sync(5, 7);
        for (SyncMode mode : SyncMode.values()) {
          region.sync(mode);
          region.sync(mode, SyncOption.INVALIDATE);
          region.sync(1, SIZE - 1, mode);
          region.sync(SIZE - 1, 1, mode, SyncOption.INVALIDATE);
        }
      }
    }
  }

  @Test
  void absentArgumentsAreRefused() throws IOException {
    try (MappedRegion region = Mmap.map(file())) {
      assertThrows(NullPointerException.class, () -> region.advise(null));
      assertThrows(NullPointerException.class, () -> region.sync(0, 1, null));
      assertThrows(NullPointerException.class, () -> Mmap.map(null));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DURABLE, 'msync\\(0x[0-9a-f]+000, 8192, MS_SYNC'",
    "BLOCKING, 'msync\\(0x[0-9a-f]+000, 8192, MS_SYNC'",
    "ASYNC, 'sync_file_range\\(\\d+, 4096, 8192, SYNC_FILE_RANGE_WRITE'"
  })
  void systemCallOfEachMode(SyncMode mode, String call) throws IOException, InterruptedException {
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
    Machine.assumeTool("strace");
    assumeTrue(Mmap.pageSize() == 4096, "figures of 4 KiB pages");
    Path trace = directory.resolve("trace");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("strace", "-f", "-e", "trace=msync,sync_file_range", "-o", trace.toString())
            .run(OneSync.class, file().toString(), mode.name());
    assertEquals(0, outcome.exitCode(), outcome.output());
    String calls = Files.readString(trace);
    // Not the end of the line: strace may cut a call in two, where another thread gets a signal.
    assertEquals(1, Pattern.compile(call).matcher(calls).results().count(), calls);
    assertEquals(1, Pattern.compile("sync[a-z_]*\\(").matcher(calls).results().count(), calls);
    assertFalse(calls.contains("= -1"), calls);
  }

  /** Syncs the last byte of page 1 and the first of page 2. */
  static final class OneSync {
    private OneSync() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        region.buffer().put(8191, (byte) 1).put(8192, (byte) 2);
        region.sync(8191, 2, SyncMode.valueOf(args[1]));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DONTDUMP, DODUMP, dd",
    "DONTFORK, DOFORK, dc",
    "HUGEPAGE, NOHUGEPAGE, hg",
    "MERGEABLE, UNMERGEABLE, mg",
    "RANDOM, NORMAL, rr",
    "SEQUENTIAL, NORMAL, sr"
  })
  void kernelRemembersAdviceForTheRangeAndForgetsIt(Advice advice, Advice opposite, String flag)
      throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator does not pass it on");
    long page = Mmap.pageSize();
    try (MappedRegion region = Mmap.anonymous(8 * page).map()) {
      assumeTrue(
          region.advise(2 * page + 1, page, advice) == AdviceOutcome.APPLIED, "not configured");
      assertTrue(Smaps.flagsOf(region.buffer(3 * page, 1)).contains(flag));
      assertFalse(Smaps.flagsOf(region.buffer(page, 1)).contains(flag));
      assertFalse(Smaps.flagsOf(region.buffer(4 * page, 1)).contains(flag));
      region.advise(opposite);
      assertFalse(Smaps.flagsOf(region.buffer(3 * page, 1)).contains(flag));
    }
  }

  /** More ranges than the native side takes to its stack at a time. */
  @Test
  void manyRangesAtOnceAreThoseAndNoOthers() throws IOException {
    long page = Mmap.pageSize();
    try (MappedRegion region = Mmap.anonymous(400 * page).map()) {
      long[] offsets = new long[100];
      for (int i = 0; i < offsets.length; i++) {
        offsets[i] = 4L * i * page + 7;
      }
      AdviceOutcome outcome = region.advise(offsets, 10, Advice.DONTDUMP);
      assertEquals(Advice.DONTDUMP.isSupported(), outcome == AdviceOutcome.APPLIED);
      if (outcome == AdviceOutcome.APPLIED && !Machine.isEmulated()) {
        for (int i = 0; i < 400; i++) {
          boolean advised = Smaps.flagsOf(region.buffer(i * page, 1)).contains("dd");
          assertEquals(i % 4 == 0, advised);
          i += i > 8 && i < 380 ? 6 : 0; // each look is slow
        }
      }
      assertEquals(outcome, region.advise(new long[0], 10, Advice.DONTDUMP));
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> region.advise(new long[] {0, 400 * page}, 1, Advice.DODUMP));
      assertThrows(NullPointerException.class, () -> region.advise(new long[] {0}, 1, null));
    }
  }
}
