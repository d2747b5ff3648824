// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.AtomicOptions;
import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The journal of an {@link AtomicRegion}: how large it is, where it is, and that it is there. */
final class JournalTest {
  private static final int SIZE = 1 << 20;
  private static final int SMALLEST = 1 << 18;
  private static final int HEADERS = 8192;

  @TempDir Path directory;

  private Path file = Path.of("");

  @BeforeEach
  void fileIsThere() throws IOException {
    file = Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private Path journal() throws IOException {
    return file.toRealPath().resolveSibling("file-journal");
  }

  @Test
  void journalMayBeElsewhereAndOfAnySize() throws IOException {
    Path elsewhere = Files.createDirectory(directory.resolve("there")).resolve("log");
    AtomicOptions options = Mmap.atomic(file).journal(elsewhere);
    for (long size : new long[] {1 << 20, SMALLEST, 3 << 20}) {
      try (AtomicRegion atomic = options.journalSize(size).open()) {
        atomic.region().buffer().put(0, (byte) size);
        atomic.region().buffer().put(1, (byte) (size >> 16));
        atomic.commit();
      }
      assertEquals((byte) (size >> 16), Bytes.at(file, 1));
    }
    assertFalse(Files.exists(journal()));
    assertThrows(IllegalArgumentException.class, () -> options.journalSize(SMALLEST - 1));
  }

  @Test
  void journalIsLargeForLargeFilesOnly() throws IOException {
    assertEquals(4 << 20, sizeOfJournalOf(1));
    assertEquals(20 << 20, sizeOfJournalOf(10 << 20));
    assertEquals(64 << 20, sizeOfJournalOf(1L << 30));
  }

  private long sizeOfJournalOf(long size) throws IOException {
    Path path = Bytes.sparse(directory.resolve("of-" + size), size);
    Mmap.atomic(path).open().close();
    Path journal = path.resolveSibling(path.getFileName() + "-journal");
    return Files.size(journal) - HEADERS;
  }

  @Test
  void deletedJournalIsNoticed() throws IOException {
    Machine.assumeLinux();
    AtomicRegion atomic = Mmap.atomic(file).open();
    ByteBuffer view = atomic.region().buffer();
    view.put(0, (byte) 1);
    atomic.commit();
    Files.delete(journal());
    view.put(0, (byte) 2);
    FileSystemException e = assertThrows(FileSystemException.class, atomic::commit);
    assertTrue(e.getMessage().contains("deleted or replaced"), e.getMessage());
    assertEquals(2, view.get(0));
    atomic.close();
    assertEquals(1, Bytes.at(file, 0));
    Mmap.atomic(file).open().close();
  }

  @Test
  void replacedJournalIsNoticedSoonAndForGood() throws IOException {
    Machine.assumeLinux();
    AtomicRegion atomic = Mmap.atomic(file).open();
    ByteBuffer view = atomic.region().buffer();
    Path kept = directory.resolve("kept");
    Files.move(journal(), kept);
    Files.copy(kept, journal());
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> commitFor(10, atomic, view));
    assertTrue(e.getMessage().contains("deleted or replaced"), e.getMessage());
    byte last = view.get(0);
    assertThrows(FileSystemException.class, atomic::commit);
    atomic.close();
    assertEquals((byte) (last - 1), Bytes.at(file, 0), "what was committed before is kept");
  }

  private static void commitFor(int seconds, AtomicRegion atomic, ByteBuffer view)
      throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    while (System.nanoTime() < end) {
      view.put(0, (byte) (view.get(0) + 1));
      atomic.commit();
    }
  }

  /** See the comment on statx in platform_posix.cc: it costs a sync a further write. */
  @Test
  @Tag("child-jvm")
  void commitsDoNotAskForTheTimesOfTheirFiles() throws IOException, InterruptedException {
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
    Machine.assumeTool("strace");
    Path trace = directory.resolve("trace");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("strace", "-f", "-y", "-e", "trace=fstat,statx,access", "-o", trace.toString())
            .run(ManyCommits.class, file.toRealPath().toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    List<String> asked =
        Files.readAllLines(trace).stream()
            .filter(line -> line.matches(".*statx?\\([0-9]+<.*/file(-journal)?>.*"))
            .toList();
    List<String> times =
        asked.stream()
            .filter(line -> !line.matches(".*STATX_TYPE\\|[A-Z_|]*STATX_SIZE,.*"))
            .toList();
    // The JDK asks when a channel is opened.
    assertTrue(asked.size() > times.size(), asked.toString());
    assertTrue(times.size() < ManyCommits.COMMITS / 2, times.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ENOSYS", "EPERM"})
  @Tag("child-jvm")
  void commitsWorkWhereThatCallIsRefused(String error) throws IOException, InterruptedException {
    Machine.assumeNotEmulated("strace would show the calls of the emulator");
    Machine.assumeTool("strace");
    assumeTrue(Runtime.version().feature() < 22, "the JDK itself needs the call");
    Path trace = directory.resolve("trace");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under("strace", "-f", "-e", "inject=statx:error=" + error, "-o", trace.toString())
            .run(ManyCommits.class, file.toRealPath().toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(Files.readString(trace).contains(error + " "), "it was called");
    assertEquals(ManyCommits.COMMITS, Bytes.at(file, 0));
  }

  /** Commits to a file. */
  static final class ManyCommits {
    static final int COMMITS = 100;

    private ManyCommits() {}

    public static void main(String[] args) throws IOException {
      try (AtomicRegion atomic = Mmap.atomic(Path.of(args[0])).open()) {
        for (int i = 0; i < COMMITS; i++) {
          atomic.region().buffer().put(0, (byte) (i + 1));
          atomic.commit();
        }
      }
    }
  }
}
