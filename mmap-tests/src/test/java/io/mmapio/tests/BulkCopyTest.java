// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks that are read from a region and written to it. */
final class BulkCopyTest {
  private static final int SIZE = 700_000;

  /** Where nothing is aligned, and more than one block of native code is moved. */
  private static final int FROM = 4_097;

  private static final int LENGTH = 600_001;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  /** A kind of buffer. */
  enum Kind {
    HEAP,
    DIRECT,
    SLICE_OF_HEAP;

    ByteBuffer of(int size) {
      return switch (this) {
        case HEAP -> ByteBuffer.allocate(size);
        case DIRECT -> ByteBuffer.allocateDirect(size);
        case SLICE_OF_HEAP -> ByteBuffer.allocate(size + 20).slice(13, size);
      };
    }

    /** A source of one byte value, which begins and ends inside its buffer. */
    ByteBuffer filled(int size, int value) {
      ByteBuffer buffer = of(size + 7);
      for (int i = 0; i < buffer.capacity(); i++) {
        buffer.put(i, (byte) value);
      }
      return buffer.position(5).limit(size + 5);
    }
  }

  private static void requireByte(ByteBuffer view, int from, int length, int value) {
    byte[] expected = new byte[length];
    Arrays.fill(expected, (byte) value);
    assertEquals(-1, view.slice(from, length).mismatch(ByteBuffer.wrap(expected)));
  }

  private static void roundTrip(MappedRegion region, Kind kind) throws IOException {
    Bytes.pattern(region.buffer());
    ByteBuffer all = kind.of(LENGTH + 7);
    all.position(3).limit(LENGTH + 3);
    region.read(FROM, all);
    assertEquals(LENGTH + 3, all.position());
    for (int i = 0; i < LENGTH; i++) {
      if (all.get(i + 3) != Bytes.patternAt(FROM + i)) {
        throw new AssertionError("read at " + i);
      }
    }
    assertEquals(0, all.get(2));
    assertEquals(0, all.clear().get(LENGTH + 3));

    ByteBuffer source = kind.filled(LENGTH, 42);
    region.write(FROM, source);
    assertEquals(LENGTH + 5, source.position());
    requireByte(region.buffer(), FROM, LENGTH, 42);
    assertEquals(Bytes.patternAt(FROM - 1), region.buffer().get(FROM - 1));
    assertEquals(Bytes.patternAt(FROM + LENGTH), region.buffer().get(FROM + LENGTH));
  }

  @ParameterizedTest
  @EnumSource
  void viewsOfAFileAgree(Kind kind) throws IOException {
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      roundTrip(region, kind);
    }
    assertEquals(42, Bytes.at(directory.resolve("file"), FROM + LENGTH - 1));
  }

  @ParameterizedTest
  @EnumSource
  void viewsOfAnyOtherRegionAgree(Kind kind) throws IOException {
    List<MapOptions> all =
        List.of(
            Mmap.anonymous(SIZE),
            Mmap.file(file()).access(Access.COPY_ON_WRITE),
            Machine.guardedIfPossible(Mmap.file(file()).access(Access.READ_WRITE)),
            Mmap.file(directory.resolve("file")).access(Access.READ_WRITE).capacity(SIZE));
    for (MapOptions options : all) {
      try (MappedRegion region = options.map()) {
        roundTrip(region, kind);
      }
    }
  }

  @Test
  void copyOnWriteChangesNoFile() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.COPY_ON_WRITE)) {
      region.write(FROM, Kind.DIRECT.filled(LENGTH, 42));
      ByteBuffer back = ByteBuffer.allocate(LENGTH);
      region.read(FROM, back);
      requireByte(back, 0, LENGTH, 42);
      ByteBuffer unchanged = ByteBuffer.allocate(1);
      region.read(FROM - 1, unchanged);
      assertEquals(Bytes.patternAt(FROM - 1), unchanged.get(0));
    }
    assertEquals(Bytes.patternAt(FROM), Bytes.at(file, FROM));
  }

  @Test
  void sealedMemoryAgrees() throws IOException {
    assumeTrue(Feature.SEALED_MEMORY.isSupported(), "there is none");
    try (MappedRegion region = Mmap.sealed(SIZE).map()) {
      roundTrip(region, Kind.DIRECT);
    }
  }

  @Test
  void rangeOfAFileBeginsAtItsOffset() throws IOException {
    Path file = file();
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(1_001, 100_000).map()) {
      ByteBuffer target = ByteBuffer.allocate(10);
      region.read(3, target);
      assertEquals(Bytes.patternAt(1_004), target.get(0));
      region.write(99_999, ByteBuffer.wrap(new byte[] {9}));
      assertEquals(9, region.buffer().get(99_999));
    }
    assertEquals(9, Bytes.at(file, 101_000));
    assertEquals(SIZE, Files.size(file));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void mirrorIsReadAndWrittenAcrossItsFold(boolean ofFile) throws IOException {
    int half = 128 << 10; // a multiple of every granularity
    Path file = Bytes.patterned(directory.resolve("ring"), 2 * half);
    MapOptions options =
        ofFile ? Mmap.file(file).access(Access.READ_WRITE).range(0, half) : Mmap.anonymous(half);
    try (MappedRegion region = options.mirrored().map()) {
      region.write(half - 100, Kind.DIRECT.filled(250, 42));
      requireByte(region.buffer(), 0, 150, 42);
      requireByte(region.buffer(), half - 100, 250, 42);
      ByteBuffer target = ByteBuffer.allocate(250);
      region.read(half - 100, target);
      requireByte(target, 0, 250, 42);
      ByteBuffer all = ByteBuffer.allocate(2 * half);
      region.read(0, all);
      assertEquals(-1, all.flip().mismatch(region.buffer()));
    }
    assertEquals(Bytes.patternAt(half), Bytes.at(file, half)); // it goes on behind the mirror
  }

  @Test
  void grownPartIsReadAndWritten() throws IOException {
    Path file = directory.resolve("growing");
    try (MappedRegion region =
        Mmap.file(Files.createFile(file)).access(Access.READ_WRITE).capacity(SIZE).map()) {
      region.grow(SIZE);
      region.write(SIZE - 3, ByteBuffer.wrap(new byte[] {1, 2, 3}));
      ByteBuffer target = ByteBuffer.allocate(3);
      region.read(SIZE - 3, target);
      assertEquals(3, target.get(2));
      assertEquals(3, region.buffer().get(SIZE - 1));
    }
  }

  @Test
  void readOnlySourceOnTheHeapIsWritten() throws IOException {
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      ByteBuffer source = Kind.HEAP.filled(LENGTH, 42).asReadOnlyBuffer();
      region.write(FROM, source);
      assertEquals(LENGTH + 5, source.position());
      requireByte(region.buffer(), FROM, LENGTH, 42);
    }
  }

  /** The page cache is passed by, so the bytes go through the mapping. */
  @Test
  void directChannelAgreesWithViews() throws IOException, ReflectiveOperationException {
    assumeTrue(
        !System.getProperty("os.name").startsWith("Windows"), "nothing goes through the file here");
    Path file = file();
    try (FileChannel channel = direct(file);
        MappedRegion region = Mmap.file(channel).access(Access.READ_WRITE).map()) {
      roundTrip(region, Kind.DIRECT);
    }
  }

  /** By reflection, as javac warns of the option, which every JDK has. */
  private static FileChannel direct(Path file) throws ReflectiveOperationException {
    Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
    OpenOption direct = (OpenOption) options.getField("DIRECT").get(null);
    try {
      return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, direct);
    } catch (IOException | UnsupportedOperationException e) {
      assumeTrue(false, "this file system has no direct I/O: " + e.getMessage());
      throw new AssertionError(e);
    }
  }

  @Test
  void badArgumentsAreRefused() throws IOException {
    ByteBuffer two = ByteBuffer.allocate(2);
    try (MappedRegion region = Mmap.map(file())) {
      assertThrows(IndexOutOfBoundsException.class, () -> region.read(SIZE - 1, two));
      assertThrows(IndexOutOfBoundsException.class, () -> region.read(-1, two));
      assertThrows(ReadOnlyBufferException.class, () -> region.read(0, two.asReadOnlyBuffer()));
      assertThrows(UnsupportedOperationException.class, () -> region.write(0, two));
      region.read(SIZE, ByteBuffer.allocate(0));
      region.protect(Access.NONE);
      assertThrows(UnsupportedOperationException.class, () -> region.read(0, two));
    }
    assertEquals(0, two.position());
  }

  @Test
  void regionThatWasSealedIsNotWritten() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.protect(Access.READ_ONLY);
      assertThrows(
          UnsupportedOperationException.class, () -> region.write(0, ByteBuffer.allocate(1)));
    }
    assertEquals(Bytes.patternAt(0), Bytes.at(file, 0));
  }

  @ParameterizedTest
  @EnumSource
  void fileThatWasCutIsAnExceptionAndStaysCut(Kind kind) throws IOException {
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
    Path file = file();
    int kept = 300_123;
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(kept);
      ByteBuffer target = kind.of(LENGTH);
      LostPageException e = assertThrows(LostPageException.class, () -> region.read(FROM, target));
      assertEquals("read", e.call());
      assertEquals(kept, e.offset());
      assertEquals(kept, e.fileSize());
      assertEquals(kept - FROM, target.position());
      ByteBuffer source = kind.filled(LENGTH, 42);
      e = assertThrows(LostPageException.class, () -> region.write(FROM, source));
      assertEquals("write", e.call());
      assertEquals(kept, e.offset());
      assertEquals(kept - FROM + 5, source.position());
    }
    assertEquals(kept, Files.size(file));
    assertEquals(42, Bytes.at(file, kept - 1));
  }

  @Test
  @Tag("child-jvm")
  void fullDiskIsAnException() throws IOException, InterruptedException {
    String[] mount = Machine.withTmpfs(directory, "size=4m");
    ChildJvm.Outcome outcome =
        new ChildJvm().under(mount).run(OnFullDisk.class, directory.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("all held"), outcome.output());
  }

  /** Runs where the directory is a file system of 4 MiB. */
  static final class OnFullDisk {
    private OnFullDisk() {}

    public static void main(String[] args) throws IOException {
      Path file = Files.createFile(Path.of(args[0], "file"));
      ByteBuffer source = Kind.DIRECT.filled(8 << 20, 42);
      try (MappedRegion region =
          Mmap.file(file).access(Access.READ_WRITE).range(0, 8 << 20).sparse().map()) {
        MmapException e = assertThrows(MmapException.class, () -> region.write(0, source));
        assertEquals("ENOSPC", e.errorName());
        assertEquals("write", e.call());
        int written = source.position() - 5;
        assertTrue(written > 3 << 20, "written " + written);
        requireByte(region.buffer(), 0, written, 42);
      }
      System.out.println("all held");
    }
  }
}
