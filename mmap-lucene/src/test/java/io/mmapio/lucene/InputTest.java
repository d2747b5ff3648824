// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.DataAccessHint;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.apache.lucene.store.RandomAccessInput;
import org.apache.lucene.store.ReadAdvice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Lucene's suites do not ask. */
class InputTest {
  private static final int SIZE = 8 << 20;
  private static final DirectoryOptions ADVISED =
      DirectoryOptions.DEFAULT.readAdvice(MMapDirectory.ADVISE_BY_CONTEXT);

  @TempDir private Path folder;

  @Test
  void theNativeLibraryIsLoaded() throws IOException {
    String origin = Mmap.backend().origin();
    assertTrue(origin.contains("META-INF/native/"), origin);
    if (origin.endsWith(".so")) {
      String maps = Files.readString(Path.of("/proc/self/maps"));
      assertTrue(maps.contains("libmmapio.so"), maps);
    }
  }

  @Test
  void aFileOfFiveGibibytesIsOneSegment() throws IOException {
    long end = 5L << 30;
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve("large").toFile(), "rw")) {
      file.setLength(end);
      file.seek(end - 8);
      file.writeLong(Long.reverseBytes(42));
    }
    try (Directory directory = new MmapIoDirectory(folder);
        IndexInput input = directory.openInput("large", IOContext.DEFAULT)) {
      RandomAccessInput tail = input.randomAccessSlice(end - 16, 16);
      assertEquals(42, tail.readLong(8));
      assertEquals(42, ((RandomAccessInput) input).readLong(end - 8));
      input.seek(end - 8);
      assertEquals(42, input.readLong());
      assertThrows(EOFException.class, input::readByte);
    }
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    try (Directory directory = new MmapIoDirectory(folder)) {
      assertThrows(
          NoSuchFileException.class, () -> directory.openInput("absent", IOContext.DEFAULT));
    }
  }

  @Test
  void aPreloadedFileIsLoaded() throws IOException {
    Path file = coldFile();
    try (Directory directory = directory(DirectoryOptions.DEFAULT.reportLoaded());
        IndexInput input = open(directory, file)) {
      assertEquals(Optional.of(false), input.isLoaded());
    }
    DirectoryOptions preloading =
        DirectoryOptions.DEFAULT.reportLoaded().preload((name, context) -> name.equals("data"));
    try (Directory directory = directory(preloading);
        IndexInput input = open(directory, file)) {
      assertEquals(Optional.of(true), input.isLoaded());
      assertEquals(Optional.of(true), input.slice("some", 5, 5000).isLoaded());
    }
  }

  @Test
  void residencyIsToldOnlyWhereItWasAskedFor() throws IOException {
    Path file = coldFile();
    try (Directory directory = directory(DirectoryOptions.DEFAULT);
        IndexInput input = open(directory, file)) {
      assertEquals(Optional.empty(), input.isLoaded());
    }
  }

  @Test
  void prefetchingBringsPagesIntoMemory() throws Exception {
    Path file = coldFile();
    try (Directory directory = directory(DirectoryOptions.DEFAULT);
        IndexInput input = open(directory, file);
        MappedRegion pages = Mmap.map(file)) {
      IndexInput slice = input.slice("second half", SIZE / 2, SIZE / 2);
      slice.prefetch(1 << 20, 64 << 10);
      long at = SIZE / 2 + (1 << 20);
      long deadline = System.nanoTime() + 5_000_000_000L;
      while (!pages.isResident(at, 64 << 10) && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
      assertTrue(pages.isResident(at, 64 << 10));
      assertFalse(pages.isResident(0, 64 << 10));
      assertThrows(IndexOutOfBoundsException.class, () -> slice.prefetch(SIZE / 2, 1));
    }
  }

  @Test
  void manyPartsArePrefetchedAtOnce() throws Exception {
    Path file = coldFile();
    try (Directory directory = directory(DirectoryOptions.DEFAULT);
        IndexInput input = open(directory, file);
        MappedRegion pages = Mmap.map(file)) {
      IndexInput slice = input.slice("second half", SIZE / 2, SIZE / 2);
      long[] parts = {0, 1 << 20, 2 << 20};
      MmapIoDirectory.prefetch(slice, parts, 8192);
      long deadline = System.nanoTime() + 5_000_000_000L;
      while (pages.incore().resident() < 6 && System.nanoTime() < deadline) {
        Thread.sleep(1);
      }
      for (long part : parts) {
        assertTrue(pages.isResident(SIZE / 2 + part, 8192));
      }
      assertFalse(pages.isResident(0, SIZE / 2));
      long[] outside = {0, SIZE / 2 - 8191};
      assertThrows(
          IndexOutOfBoundsException.class, () -> MmapIoDirectory.prefetch(slice, outside, 8192));
    }
  }

  @Test
  void theContextDecidesHowTheFileIsRead() throws IOException {
    IOContext random = IOContext.DEFAULT.withHints(DataAccessHint.RANDOM);
    long withoutAdvice = pagesAfterReadingOneByte(DirectoryOptions.DEFAULT, random);
    assertTrue(withoutAdvice > 1, "read ahead: " + withoutAdvice);
    assertEquals(1, pagesAfterReadingOneByte(ADVISED, random));
    DirectoryOptions always =
        DirectoryOptions.DEFAULT.readAdvice((name, context) -> Optional.of(ReadAdvice.RANDOM));
    assertEquals(1, pagesAfterReadingOneByte(always, IOContext.DEFAULT));
  }

  private long pagesAfterReadingOneByte(DirectoryOptions options, IOContext context)
      throws IOException {
    Path file = coldFile();
    try (Directory directory = directory(options);
        IndexInput input = directory.openInput(file.getFileName().toString(), context);
        MappedRegion pages = Mmap.map(file)) {
      assertNotEquals(0, ((RandomAccessInput) input).readInt(SIZE / 2));
      return pages.incore().resident();
    }
  }

  @Test
  void aSliceAndAnInputInUseCanGetOtherAdvice() throws IOException {
    IOContext random = IOContext.DEFAULT.withHints(DataAccessHint.RANDOM);
    Path file = coldFile();
    try (Directory directory = directory(ADVISED);
        IndexInput input = open(directory, file);
        MappedRegion pages = Mmap.map(file)) {
      IndexInput slice = input.slice("half", 0, SIZE / 2, random);
      assertFalse(slice.isEfficientFor(IOContext.DEFAULT.withHints(DataAccessHint.SEQUENTIAL)));
      assertTrue(slice.isEfficientFor(random));
      slice.readByte();
      assertEquals(1, pages.incore().resident());
      input.updateIOContext(random);
      ((RandomAccessInput) input).readByte(SIZE - 1);
      assertEquals(2, pages.incore().resident());
    }
  }

  @Test
  void lookingPastTheEndThrows() throws IOException {
    Path file = coldFile();
    try (Directory directory = directory(DirectoryOptions.DEFAULT);
        IndexInput input = open(directory, file)) {
      RandomAccessInput random = (RandomAccessInput) input;
      assertThrows(EOFException.class, () -> random.readInt(SIZE - 3));
      assertThrows(EOFException.class, () -> random.readBytes(SIZE - 3, new byte[4], 0, 4));
      assertThrows(IllegalArgumentException.class, () -> random.readByte(-1));
      assertThrows(IllegalArgumentException.class, () -> input.seek(-1));
      assertThrows(EOFException.class, () -> input.seek(SIZE + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> input.readBytes(new byte[4], 2, 4));
      assertEquals(0, input.getFilePointer());
      assertThrows(
          EOFException.class, () -> ((MemorySegmentAccessInput) input).segmentSliceOrNull(1, SIZE));
    }
  }

  @Test
  void aClosedDirectoryOpensNothing() throws IOException {
    Path file = coldFile();
    Directory directory = directory(DirectoryOptions.DEFAULT);
    directory.close();
    assertThrows(AlreadyClosedException.class, () -> open(directory, file));
  }

  private Directory directory(DirectoryOptions options) throws IOException {
    return new MmapIoDirectory(folder, options);
  }

  private static IndexInput open(Directory directory, Path file) throws IOException {
    return directory.openInput(file.getFileName().toString(), IOContext.DEFAULT);
  }

  /** A file of random bytes, none of which is in memory. */
  private Path coldFile() throws IOException {
    Path file = folder.resolve("data");
    if (!Files.exists(file)) {
      byte[] bytes = new byte[SIZE];
      new Random(18).nextBytes(bytes);
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.SYNC);
    }
    try (MappedRegion region = Mmap.map(file)) {
      region.pages().evict();
      assumeTrue(region.incore().resident() == 0, "the file system does not evict");
    }
    return file;
  }
}
