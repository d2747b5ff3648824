// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.AtomicOptions;
import io.mmapio.AtomicRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a commit makes of the file, and a rollback of the views. */
final class AtomicRegionTest {
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());
  private static final int PAGES = 40;

  /** Half a page short of whole pages. */
  private static final int SIZE = PAGES * PAGE - PAGE / 2;

  private static final int JOURNAL = 1 << 18;

  @TempDir Path directory;

  private Path file = Path.of("");
  private byte[] before = new byte[0];

  @BeforeEach
  void fileIsThere() throws IOException {
    file = Bytes.patterned(directory.resolve("file"), SIZE);
    before = Files.readAllBytes(file);
  }

  private AtomicRegion open() throws IOException {
    return Mmap.atomic(file).open();
  }

  private Path journal() throws IOException {
    return file.toRealPath().resolveSibling("file-journal");
  }

  @Test
  void changesAreTheFilesAfterTheCommitAndNotBefore() throws IOException {
    try (AtomicRegion atomic = open()) {
      ByteBuffer view = atomic.region().buffer();
      view.put(5, (byte) 77);
      view.put(SIZE - 1, (byte) 78);
      assertArrayEquals(before, Files.readAllBytes(file));
      assertEquals(PAGE + PAGE / 2, atomic.commit());
      before[5] = 77;
      before[SIZE - 1] = 78;
      assertArrayEquals(before, Files.readAllBytes(file));
      assertEquals(77, view.get(5));
      assertEquals(SIZE, Files.size(file));
    }
    assertArrayEquals(before, Files.readAllBytes(file));
  }

  @Test
  void nothingChangedCostsNothing() throws IOException {
    try (AtomicRegion atomic = open()) {
      byte[] journal = Files.readAllBytes(journal());
      assertEquals(0, atomic.commit());
      atomic.region().buffer().get(3 * PAGE);
      assertEquals(0, atomic.commit());
      assertArrayEquals(journal, Files.readAllBytes(journal()));
      atomic.region().buffer().put(3 * PAGE, (byte) 1);
      assertEquals(PAGE, atomic.commit());
      assertEquals(0, atomic.commit());
    }
  }

  @Test
  void rollbackIsTheLastCommit() throws IOException {
    try (AtomicRegion atomic = open()) {
      ByteBuffer view = atomic.region().buffer();
      view.put(PAGE, (byte) 1);
      atomic.commit();
      view.put(PAGE, (byte) 2);
      view.put(9 * PAGE, (byte) 2);
      atomic.rollback();
      assertEquals(1, view.get(PAGE));
      assertEquals(before[9 * PAGE], view.get(9 * PAGE));
      assertEquals(0, atomic.commit());
      view.put(9 * PAGE, (byte) 3);
      assertEquals(PAGE, atomic.commit());
      assertEquals(3, Bytes.at(file, 9L * PAGE));
    }
  }

  /** The kernel does not drop them, so the copies stay. */
  @Test
  void lockedPagesAreCommittedToo() throws IOException {
    try (AtomicRegion atomic = open()) {
      ByteBuffer view = atomic.region().buffer();
      atomic.region().pages(0, 3L * PAGE).lock();
      view.put(PAGE, (byte) 5);
      atomic.commit();
      assertEquals(5, Bytes.at(file, PAGE));
      assertEquals(0, atomic.commit());
      view.put(PAGE, (byte) 6);
      atomic.rollback();
      assertEquals(5, view.get(PAGE));
      view.put(7 * PAGE, (byte) 7);
      assertEquals(PAGE, atomic.commit());
      assertEquals(7, Bytes.at(file, 7L * PAGE));
    }
  }

  @Test
  void closingDoesNotCommit() throws IOException {
    AtomicRegion atomic = open();
    ByteBuffer view = atomic.region().buffer();
    view.put(0, (byte) 99);
    atomic.close();
    atomic.close();
    assertFalse(atomic.isOpen());
    assertFalse(atomic.region().isOpen());
    assertEquals(0, view.get(0));
    assertArrayEquals(before, Files.readAllBytes(file));
    assertThrows(IllegalStateException.class, atomic::commit);
    assertThrows(IllegalStateException.class, atomic::rollback);
  }

  /** Through many turns of the journal, with commits that are larger than it. */
  @Test
  void everyCommitIsTheFile() throws IOException {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    AtomicOptions options = Mmap.atomic(file).journalSize(JOURNAL);
    for (int session = 0; session < 4; session++) {
      try (AtomicRegion atomic = options.open()) {
        ByteBuffer view = atomic.region().buffer();
        for (int commit = 0; commit < 40; commit++) {
          change(view, random, random.nextInt(10) == 0 ? PAGES : 5);
          atomic.commit();
          assertArrayEquals(before, Files.readAllBytes(file));
        }
      }
      assertEquals(JOURNAL + 8192, Files.size(journal()), "it is cut to its size");
    }
  }

  private void change(ByteBuffer view, Random random, int pages) {
    for (int i = 0; i < pages; i++) {
      int at = pages == PAGES ? i * PAGE : random.nextInt(SIZE);
      byte value = (byte) random.nextInt();
      view.put(at, value);
      before[at] = value;
    }
  }

  @Test
  void secondRegionOfAFileIsRefused() throws IOException {
    AtomicRegion first = open();
    FileSystemException e = assertThrows(FileSystemException.class, this::open);
    assertTrue(e.getMessage().contains("this process"), e.getMessage());
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertThrows(FileSystemException.class, () -> Mmap.atomic(link).open());
    first.region().buffer().put(0, (byte) 5);
    assertEquals(PAGE, first.commit());
    first.close();
    open().close();
  }

  @Test
  void failedOpeningLeavesNothing() throws IOException {
    Path missing = directory.resolve("missing");
    assertThrows(NoSuchFileException.class, () -> Mmap.atomic(missing).open());
    assertFalse(Files.exists(directory.resolve("missing-journal")));
    Files.write(
        journal(), "this is the diary of somebody".repeat(1000).getBytes(StandardCharsets.UTF_8));
    FileSystemException e = assertThrows(FileSystemException.class, this::open);
    assertTrue(e.getMessage().contains("no journal"), e.getMessage());
    assertTrue(Mmap.statistics().openRegions().isEmpty());
    Files.delete(journal());
    open().close();
  }

  @Test
  void emptyFileHasNothingToCommit() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    try (AtomicRegion atomic = Mmap.atomic(empty).open()) {
      assertEquals(0, atomic.commit());
      atomic.rollback();
      assertEquals(0, atomic.region().size());
    }
  }

  @Test
  void fileMayHaveChangedWhileItWasClosed() throws IOException {
    try (AtomicRegion atomic = open()) {
      atomic.region().buffer().put(0, (byte) 1);
      atomic.commit();
    }
    byte[] other = new byte[3 * PAGE];
    Files.write(file, other);
    try (AtomicRegion atomic = open()) {
      assertEquals(3L * PAGE, atomic.region().size());
      assertEquals(0, atomic.region().buffer().get(0));
      atomic.region().buffer().put(PAGE, (byte) 9);
      assertEquals(PAGE, atomic.commit());
    }
    assertEquals(9, Bytes.at(file, PAGE));
  }

  @Test
  void interruptedThreadCommits() throws IOException {
    Thread.currentThread().interrupt();
    try (AtomicRegion atomic = open()) {
      atomic.region().buffer().put(0, (byte) 1);
      assertEquals(PAGE, atomic.commit());
      atomic.region().buffer().put(0, (byte) 2);
      assertEquals(PAGE, atomic.commit());
    }
    assertTrue(Thread.interrupted());
    assertEquals(2, Bytes.at(file, 0));
  }

  @Test
  void regionIsTheSameCopyOnWriteRegion() throws IOException {
    try (AtomicRegion atomic = open()) {
      assertSame(atomic.region(), atomic.region());
      assertEquals(Access.COPY_ON_WRITE, atomic.region().access());
      assertTrue(atomic.toString().contains("file"), atomic.toString());
    }
  }
}
