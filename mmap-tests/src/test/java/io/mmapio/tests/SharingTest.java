// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who sees what is written. */
final class SharingTest {
  private static final int SIZE = 300_000;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  @Test
  void writesShowInOtherRegionsAndInFileIoAfterBothDescriptorsAreClosed() throws IOException {
    Path file = file();
    MappedRegion writer;
    MappedRegion reader;
    try (FileChannel one =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel other = FileChannel.open(file)) {
      writer = Mmap.file(one).access(Access.READ_WRITE).map();
      reader = Mmap.file(other).map();
    }
    try (writer;
        reader) {
      writer.buffer().put(123_456, (byte) 77);
      assertEquals(77, reader.buffer().get(123_456));
      assertEquals(77, Bytes.at(file, 123_456));
      Bytes.put(file, 200_001, (byte) 88);
      assertEquals(88, writer.buffer().get(200_001));
      assertEquals(88, reader.buffer().get(200_001));
    }
  }

  @Test
  void copyOnWriteChangesNeitherFileNorOtherRegions() throws IOException {
    Path file = file();
    try (MappedRegion copy = Mmap.map(file, Access.COPY_ON_WRITE);
        MappedRegion secondCopy = Mmap.map(file, Access.COPY_ON_WRITE);
        MappedRegion shared = Mmap.map(file)) {
      copy.buffer().put(5000, (byte) 1);
      copy.sync();
      assertEquals(1, copy.buffer().get(5000));
      assertEquals(Bytes.patternAt(5000), secondCopy.buffer().get(5000));
      assertEquals(Bytes.patternAt(5000), shared.buffer().get(5000));
      assertEquals(Bytes.patternAt(5000), Bytes.at(file, 5000));
    }
    assertEquals(Bytes.patternAt(5000), Bytes.at(file, 5000));
  }

  @ParameterizedTest
  @EnumSource(
      value = Access.class,
      names = {"NONE", "READ_ONLY", "COPY_ON_WRITE"})
  void mappingsThatCannotWriteNeverChangeTheSizeOfTheFile(Access access) throws IOException {
    Path file = file();
    try (MappedRegion whole = Mmap.map(file, access)) {
      assertEquals(SIZE, whole.size());
    }
    MmapException refused =
        assertThrows(
            MmapException.class, () -> Mmap.file(file).access(access).range(1, SIZE).map());
    assertEquals(SIZE, Files.size(file));
    assertEquals("map", refused.call());
    assertEquals(1, refused.offset());
    assertEquals(SIZE, refused.length());
    assertEquals(file.toString(), refused.getFile());
    assertEquals(true, refused.getMessage().contains(SIZE + " bytes"), refused.getMessage());
  }

  @Test
  void writableMappingThatWasNotToldToExtendDoesNot() throws IOException {
    Path file = file();
    assertThrows(
        MmapException.class,
        () -> Mmap.file(file).access(Access.READ_WRITE).range(0, SIZE + 1).map());
    assertEquals(SIZE, Files.size(file));
  }

  @Test
  void closedFileCanBeTruncatedReplacedAndDeletedAtOnceThoughAViewLeaked() throws IOException {
    Path file = file();
    ByteBuffer leaked;
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      leaked = region.buffer();
      leaked.put(7, (byte) 1);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
    Path other = Bytes.patterned(directory.resolve("other"), SIZE);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    Files.delete(file);
    assertEquals(0, leaked.get(7));
  }

  @Test
  void writingToAReadOnlyViewIsAnException() throws IOException {
    try (MappedRegion region = Mmap.map(file())) {
      ByteBuffer view = region.buffer();
      assertEquals(true, view.isReadOnly());
      assertThrows(ReadOnlyBufferException.class, () -> view.put(0, (byte) 1));
    }
  }

  @Test
  void regionWithoutAccessHasNoViews() throws IOException {
    try (MappedRegion region = Mmap.map(file(), Access.NONE)) {
      assertThrows(UnsupportedOperationException.class, region::buffer);
      assertThrows(UnsupportedOperationException.class, () -> region.as(ByteBuffer.class));
      assertEquals(SIZE, region.size());
    }
  }

  @Test
  void anonymousMemoryIsZeroWritableAndOfAnySize() throws IOException {
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      ByteBuffer view = region.buffer();
      assertEquals(SIZE, view.capacity());
      assertEquals(0, view.get(SIZE - 1));
      view.put(SIZE - 1, (byte) 9);
      region.sync();
      assertEquals(9, region.buffer(SIZE - 1, 1).get(0));
    }
  }
}
