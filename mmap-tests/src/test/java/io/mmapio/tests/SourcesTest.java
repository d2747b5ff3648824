// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be mapped, what cannot, and what the caller may do to it meanwhile. */
final class SourcesTest {
  private static final int SIZE = 70_000;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private static void assertPattern(MappedRegion region) {
    assertEquals(SIZE, region.size());
    assertEquals(Bytes.patternAt(0), region.buffer().get(0));
    assertEquals(Bytes.patternAt(SIZE - 1), region.buffer().get(SIZE - 1));
  }

  @Test
  void pathChannelAndDescriptorShowTheSame() throws IOException {
    Path file = file();
    try (FileChannel channel = FileChannel.open(file);
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
        MappedRegion byPath = Mmap.map(file);
        MappedRegion byChannel = Mmap.file(channel).map();
        MappedRegion byDescriptor = Mmap.file(opened.getFD()).map()) {
      assertPattern(byPath);
      assertPattern(byChannel);
      assertPattern(byDescriptor);
      assertEquals(0, channel.position());
      assertTrue(channel.isOpen());
    }
  }

  @Test
  void namesThatAreNotAscii() throws IOException {
    Path file;
    try {
      file = Bytes.patterned(directory.resolve("Größe 大 \uD83D\uDDFA"), SIZE);
    } catch (InvalidPathException e) {
      assumeTrue(false, "the locale of this JVM has no such characters");
      return;
    }
    try (MappedRegion region = Mmap.map(file)) {
      assertPattern(region);
    }
  }

  @Test
  void closingTheDescriptorAndReusingItsNumberDoesNotTouchTheRegion() throws IOException {
    Path file = file();
    Path other = Bytes.sparse(directory.resolve("other"), SIZE);
    MappedRegion region;
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      region = Mmap.file(opened.getFD()).access(Access.READ_WRITE).map();
    }
    List<FileInputStream> taken = new ArrayList<>();
    try (region) {
      for (int i = 0; i < 50; i++) {
        taken.add(new FileInputStream(other.toFile()));
      }
      region.buffer().put(10, (byte) 99);
      region.sync();
      assertEquals(99, Bytes.at(file, 10));
      assertEquals(0, Bytes.at(other, 10));
    } finally {
      for (FileInputStream stream : taken) {
        stream.close();
      }
    }
  }

  @Test
  void interruptingTheThreadClosesNothing() throws IOException {
    Path file = file();
    try (FileChannel channel = FileChannel.open(file)) {
      Thread.currentThread().interrupt();
      try (MappedRegion byChannel = Mmap.file(channel).map();
          MappedRegion byPath = Mmap.map(file, Access.READ_WRITE)) {
        assertPattern(byChannel);
        assertPattern(byPath);
        byPath.sync();
        byPath.incore();
        assertTrue(channel.isOpen());
      } finally {
        assertTrue(Thread.interrupted());
      }
    }
  }

  @Test
  void oneSetOfOptionsMapsManyTimes() throws IOException {
    MapOptions options = Mmap.file(file()).range(100, 50);
    MapOptions other = options.range(0, 10);
    try (MappedRegion one = options.map();
        MappedRegion two = options.map();
        MappedRegion three = other.map()) {
      assertEquals(50, one.size());
      assertEquals(50, two.size());
      assertEquals(10, three.size());
    }
  }

  @Test
  void missingFileIsNoSuchFile() {
    Path missing = directory.resolve("missing");
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Mmap.map(missing));
    assertEquals(missing.toString(), e.getFile());
  }

  @Test
  void directoryIsRefusedByName() {
    // Windows does not even open it.
    FileSystemException e = assertThrows(FileSystemException.class, () -> Mmap.map(directory));
    assertEquals(directory.toString(), e.getFile());
    assertTrue(
        e instanceof AccessDeniedException || e.getMessage().contains("directory"), e.toString());
  }

  @Test
  void closedDescriptorIsABadDescriptor() throws IOException {
    FileDescriptor descriptor;
    try (RandomAccessFile opened = new RandomAccessFile(file().toFile(), "r")) {
      descriptor = opened.getFD();
    }
    MmapException e = assertThrows(MmapException.class, () -> Mmap.file(descriptor).map());
    assertTrue(List.of("EBADF", "ERROR_INVALID_HANDLE").contains(e.errorName()), e.getMessage());
    assertTrue(e.errno() > 0);
    assertThrows(MmapException.class, () -> Mmap.file(new FileDescriptor()).map());
  }

  @Test
  void closedChannelIsAClosedChannel() throws IOException {
    FileChannel channel = FileChannel.open(file());
    channel.close();
    assertThrows(ClosedChannelException.class, () -> Mmap.file(channel).map());
  }

  @Test
  void channelThatIsNoFileOfTheOperatingSystemIsRefused() throws IOException {
    Path zip = directory.resolve("archive.zip");
    try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      Path inside = Files.write(archive.getPath("entry"), new byte[100]);
      assertThrows(UnsupportedOperationException.class, () -> Mmap.map(inside));
      try (FileChannel channel = FileChannel.open(inside)) {
        assertThrows(UnsupportedOperationException.class, () -> Mmap.file(channel).map());
      }
    }
  }

  @Test
  void readOnlyChannelCannotBeMappedToWrite() throws IOException {
    Path file = file();
    try (FileChannel channel = FileChannel.open(file)) {
      MmapException e =
          assertThrows(
              MmapException.class, () -> Mmap.file(channel).access(Access.READ_WRITE).map());
      assertTrue(List.of("EACCES", "ERROR_ACCESS_DENIED").contains(e.errorName()), e.getMessage());
    }
    assertPatternStillThere(file);
  }

  @Test
  void writeOnlyChannelCannotBeMapped() throws IOException {
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      assertThrows(MmapException.class, () -> Mmap.file(channel).map());
    }
  }

  @Test
  void readOnlyFileCannotBeMappedToWrite() throws IOException {
    Path file = file();
    assumeTrue(file.toFile().setWritable(false));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assumeTrue(channel.size() < 0, "this user may write everything");
    } catch (AccessDeniedException e) {
      // As it should be: the library has to say the same.
    }
    assertThrows(AccessDeniedException.class, () -> Mmap.map(file, Access.READ_WRITE));
    try (MappedRegion region = Mmap.map(file)) {
      assertPattern(region);
    }
  }

  @Test
  void fileOfSomebodyElseIsAccessDenied() throws IOException, InterruptedException {
    String[] nobody = Machine.asNobody();
    String classPath = Machine.readableClassPath(directory);
    Path file = file();
    for (String permissions : List.of("rw-------", "r--r--r--")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      ChildJvm.Outcome outcome =
          new ChildJvm().under(nobody).classPath(classPath).run(Writer.class, file.toString());
      assertEquals(1, outcome.exitCode(), outcome.output());
      assertTrue(
          outcome.output().contains(AccessDeniedException.class.getName() + ": " + file),
          outcome.output());
    }
  }

  /** Maps a file to write. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] args) throws IOException {
      Mmap.map(Path.of(args[0]), Access.READ_WRITE).close();
    }
  }

  @Test
  void pipeIsRefused() throws IOException, InterruptedException {
    // The standard input of a child is a pipe.
    ChildJvm.Outcome outcome = new ChildJvm().run(StandardInput.class);
    assertEquals(1, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("only regular files and block devices"), outcome.output());
  }

  /** Maps its standard input. */
  static final class StandardInput {
    private StandardInput() {}

    public static void main(String[] args) throws IOException {
      Mmap.file(FileDescriptor.in).range(0, 10).map().close();
    }
  }

  private static void assertPatternStillThere(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      assertPattern(region);
    }
  }

  @Test
  void emptyFileAndEmptyRangeAreEmptyRegions() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    for (Access access : List.of(Access.READ_ONLY, Access.READ_WRITE, Access.COPY_ON_WRITE)) {
      try (MappedRegion region = Mmap.map(empty, access);
          MappedRegion nothing = Mmap.file(file()).access(access).range(SIZE, 0).map()) {
        assertNothingInside(region);
        assertNothingInside(nothing);
      }
    }
    try (MappedRegion region = Mmap.anonymous(0).map()) {
      assertNothingInside(region);
    }
    assertEquals(0, Files.size(empty));
  }

  private static void assertNothingInside(MappedRegion region) throws IOException {
    assertEquals(0, region.size());
    assertEquals(0, region.buffer().capacity());
    assertEquals(region.access() == Access.READ_ONLY, region.buffer().isReadOnly());
    region.sync();
    region.advise(io.mmapio.Advice.WILLNEED);
    assertEquals(0, region.incore().pages());
    assertThrows(IndexOutOfBoundsException.class, () -> region.buffer(0, 1));
    region.close();
    assertThrows(IllegalStateException.class, region::buffer);
  }
}
