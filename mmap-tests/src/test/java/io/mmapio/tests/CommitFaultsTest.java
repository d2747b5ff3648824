// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.AtomicRegion;
import io.mmapio.Feature;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is in the way of a commit is an exception, and costs nothing that was committed. */
final class CommitFaultsTest {
  private static final int JOURNAL = 1 << 18;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());

  @TempDir Path directory;

  @ParameterizedTest
  @Tag("child-jvm")
  @ValueSource(strings = {"journal does not fit", "commit does not fit", "file is cut"})
  void faultIsAnException(String fault) throws Exception {
    boolean cut = fault.equals("file is cut");
    assumeTrue(!cut || Feature.CHECKED_ACCESS.isSupported(), "a sandbox: copies may fault here");
    fault(fault, Machine.withTmpfs(directory, "size=12m"), directory);
  }

  @Test
  @Tag("child-jvm")
  void commitToAHoleOnAFullDiskIsDurable() throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    String[] mount = Machine.withDisk("ext4", Machine.DISK, directory.resolve("image"), disk);
    fault("file does not fit", mount, disk);
  }

  private static void fault(String fault, String[] mount, Path where) throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().under(mount).run(CommitFaults.class, where.toString(), fault);
    assertTrue(outcome.output().contains("as it should"), outcome.output());
    assertEquals(0, outcome.exitCode(), outcome.output());
  }

  /** As on Windows, on macOS, and in a sandbox. */
  @ParameterizedTest
  @Tag("child-jvm")
  @ValueSource(
      strings = {"privatePages", "discard", "privatePages discard", "privatePages discard copyOut"})
  void commitsWithoutSomeCallsOfTheSystem(String missing) throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    ChildJvm child = new ChildJvm();
    LessProvider.use(child, missing.split(" ", -1));
    ChildJvm.Outcome outcome =
        child.run(CommitModel.class, directory.resolve("file").toString(), String.valueOf(seed));
    assertTrue(outcome.output().contains("as it should"), outcome.output());
  }

  private Path crashed() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 10 * PAGE);
    Path copy = directory.resolve("copy");
    try (AtomicRegion atomic = Mmap.atomic(file).journalSize(JOURNAL).open()) {
      atomic.region().buffer().put(0, (byte) -1);
      atomic.commit();
      Files.copy(file, copy); // as a crash would leave them
      Files.copy(file.resolveSibling("file-journal"), copy.resolveSibling("copy-journal"));
    }
    return copy;
  }

  @Test
  void journalOfAnotherFileIsRefusedUnlessItWasCopied() throws IOException {
    Machine.assumeLinux(); // where files have numbers
    Path copy = crashed();
    Files.write(copy, new byte[10 * PAGE]);
    FileSystemException e = assertThrows(FileSystemException.class, () -> Mmap.atomic(copy).open());
    assertTrue(e.getMessage().contains("another file"), e.getMessage());
    assertEquals(0, Bytes.at(copy, 0));
    Mmap.atomic(copy).acceptCopied().open().close();
    assertEquals(-1, Bytes.at(copy, 0));
    Mmap.atomic(copy).open().close();
  }

  @Test
  void journalOfAFileOfAnotherSizeIsRefused() throws IOException {
    Path copy = crashed();
    Files.write(copy, new byte[11 * PAGE]);
    FileSystemException e =
        assertThrows(
            FileSystemException.class, () -> Mmap.atomic(copy).acceptCopied().open().close());
    assertTrue(e.getMessage().contains(String.valueOf(11 * PAGE)), e.getMessage());
  }

  /** One damaged byte of the only record, which nobody could have read then. */
  @Test
  void damagedRecordIsNoCommit() throws IOException {
    Path copy = crashed();
    Bytes.patterned(copy, 10 * PAGE);
    damage(copy.resolveSibling("copy-journal"), 2 * 4096 + 4096 + 17);
    Mmap.atomic(copy).acceptCopied().open().close();
    assertEquals(Bytes.patternAt(0), Bytes.at(copy, 0));
  }

  @Test
  void journalWithoutAWholeHeaderIsRefused() throws IOException {
    Path copy = crashed();
    Path journal = copy.resolveSibling("copy-journal");
    damage(journal, 8 + 3);
    byte[] before = Files.readAllBytes(journal);
    FileSystemException e = assertThrows(FileSystemException.class, () -> Mmap.atomic(copy).open());
    assertTrue(e.getMessage().contains("header"), e.getMessage());
    assertArrayEquals(before, Files.readAllBytes(journal));
  }

  @Test
  void journalThatWasCutIsRefused() throws IOException {
    Path copy = crashed();
    try (RandomAccessFile journal =
        new RandomAccessFile(copy.resolveSibling("copy-journal").toFile(), "rw")) {
      journal.setLength(JOURNAL / 2);
    }
    FileSystemException e = assertThrows(FileSystemException.class, () -> Mmap.atomic(copy).open());
    assertTrue(e.getMessage().contains("cut"), e.getMessage());
  }

  private static void damage(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int old = bytes.read();
      bytes.seek(offset);
      bytes.write(old ^ 1);
    }
  }

  @Test
  void fileThatMayNotBeWrittenIsRefused() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), PAGE);
    Path there = Files.createDirectory(directory.resolve("there"));
    assertThrows(
        IOException.class,
        () -> Mmap.atomic(file).journal(there.resolve("missing").resolve("log")).open());
    assertThrows(IOException.class, () -> Mmap.atomic(there).open());
    assertFalse(Files.exists(directory.resolve("there-journal")));
    assertTrue(Mmap.statistics().openRegions().isEmpty());
  }
}
