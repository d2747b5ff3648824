// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.AtomicRegion;
import io.mmapio.LostPageException;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A program that commits where something is in the way, in a directory that is a small disk. */
final class CommitFaults {
  private static final int MIB = 1 << 20;
  private static final int SIZE = 4 * MIB;
  private static final int JOURNAL = 1 << 18;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());

  private final Path file;

  private CommitFaults(Path directory) {
    file = directory.resolve("file");
  }

  /** Arguments: the directory, and which of them. */
  public static void main(String[] args) throws IOException {
    CommitFaults program = new CommitFaults(Path.of(args[0]));
    switch (args[1]) {
      case "journal does not fit" -> program.noRoomForTheJournal();
      case "commit does not fit" -> program.noRoomForTheCommit();
      case "file does not fit" -> program.noRoomForTheFile();
      default -> program.fileIsCut();
    }
    check(Mmap.statistics().openRegions().isEmpty(), "regions are left");
    System.out.println("as it should");
  }

  private static void check(boolean condition, Object what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }

  private AtomicRegion open() throws IOException {
    return Mmap.atomic(file).journalSize(JOURNAL).open();
  }

  /** Leaves so many bytes of the disk. */
  private Path fill(long left) throws IOException {
    FileStore store = Files.getFileStore(file.getParent());
    Path ballast = file.resolveSibling("ballast");
    Files.write(ballast, new byte[Math.toIntExact(store.getUsableSpace() - left)]);
    return ballast;
  }

  /** Leaves nothing, also of what is kept for root. */
  private Path fillAll() throws IOException {
    Path ballast = file.resolveSibling("ballast");
    try (FileChannel channel =
        FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int block = 1 << 16; block >= 1 << 10; block /= 4) {
        fill(channel, block);
      }
    }
    return ballast;
  }

  private static void fill(FileChannel channel, int block) throws IOException {
    try {
      while (channel.write(ByteBuffer.allocate(block)) == block) {
        channel.force(false); // which is when a file system finds out that there is no room
      }
    } catch (IOException e) {
      check(String.valueOf(e.getMessage()).contains("No space"), e);
    }
  }

  private void noRoomForTheJournal() throws IOException {
    Bytes.patterned(file, SIZE);
    Path ballast = fill(JOURNAL / 2);
    try {
      open().close();
      throw new AssertionError("opened on a full disk");
    } catch (MmapException e) {
      check(e.errorName().equals("ENOSPC"), e);
    }
    Files.delete(ballast);
    try (AtomicRegion atomic = open()) {
      Bytes.requirePattern(atomic.region().buffer());
    }
  }

  /** What cannot be in the journal stays in the views, and can be tried again. */
  private void noRoomForTheCommit() throws IOException {
    Bytes.patterned(file, SIZE);
    try (AtomicRegion atomic = open()) {
      ByteBuffer view = atomic.region().buffer();
      for (int at = 0; at < SIZE; at += PAGE) {
        view.put(at, (byte) -1);
      }
      final Path ballast = fill(SIZE / 2);
      for (int attempt = 0; attempt < 2; attempt++) {
        try {
          atomic.commit();
          throw new AssertionError("committed on a full disk");
        } catch (MmapException e) {
          check(e.errorName().equals("ENOSPC"), e);
        }
        check(view.get(SIZE - PAGE) == -1, "a change is lost");
      }
      Bytes.requirePattern(ByteBuffer.wrap(Files.readAllBytes(file)));
      atomic.rollback();
      Bytes.requirePattern(view);
      view.put(0, (byte) -2);
      check(atomic.commit() == PAGE, "the journal has room for that");
      Files.delete(ballast);
      view.put(SIZE - 1, (byte) -3);
      for (int at = 0; at < SIZE; at += PAGE) {
        view.put(at, (byte) -1);
      }
      check(atomic.commit() == SIZE, "there is room");
    }
    check(Bytes.at(file, 0) == -1 && Bytes.at(file, SIZE - 1) == -3, "not committed");
  }

  /** What is in the journal is durable, and gets into the file when there is room. */
  private void noRoomForTheFile() throws IOException {
    Bytes.sparse(file, SIZE);
    AtomicRegion atomic = open();
    Path ballast = fillAll();
    ByteBuffer view = atomic.region().buffer();
    view.put(5 * PAGE, (byte) 7);
    try {
      atomic.commit();
      throw new AssertionError("committed to a hole on a full disk");
    } catch (MmapException e) {
      check(e.errorName().equals("ENOSPC"), e);
    }
    try {
      atomic.commit();
      throw new AssertionError("committed after a failure");
    } catch (IOException e) {
      check(String.valueOf(e.getMessage()).contains("open the file again"), e);
    }
    check(view.get(5 * PAGE) == 7, "a change is lost");
    atomic.close();
    Files.delete(ballast);
    try (AtomicRegion again = open()) {
      check(again.region().buffer().get(5 * PAGE) == 7, "what was durable is lost");
    }
  }

  private void fileIsCut() throws IOException {
    Bytes.patterned(file, SIZE);
    try (AtomicRegion atomic = open()) {
      ByteBuffer view = atomic.region().buffer();
      view.put(0, (byte) -1);
      view.put(SIZE - PAGE, (byte) -1);
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(SIZE / 2);
      }
      try {
        atomic.commit();
        throw new AssertionError("committed a part");
      } catch (LostPageException e) {
        check(Bytes.at(file, 0) == Bytes.patternAt(0), "a part is in the file");
      }
    }
  }
}
