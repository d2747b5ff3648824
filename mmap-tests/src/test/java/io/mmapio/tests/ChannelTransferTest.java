// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that are moved between a region and channels. */
final class ChannelTransferTest {
  private static final int SIZE = 1_000_003;
  private static final int FROM = 4_099;
  private static final int COUNT = 900_001;

  @TempDir Path directory;

  /** Which pages the region has. */
  enum Pages {
    FILE,
    COPY_ON_WRITE,
    MEMORY;

    MappedRegion map(Path file) throws IOException {
      MapOptions options =
          switch (this) {
            case FILE -> Mmap.file(Bytes.patterned(file, SIZE)).access(Access.READ_WRITE);
            case COPY_ON_WRITE ->
                Mmap.file(Bytes.patterned(file, SIZE)).access(Access.COPY_ON_WRITE);
            case MEMORY -> Mmap.anonymous(SIZE);
          };
      MappedRegion region = options.map();
      Bytes.pattern(region.buffer());
      return region;
    }
  }

  private MappedRegion region(Pages pages) throws IOException {
    return pages.map(directory.resolve("mapped"));
  }

  private static void requirePattern(ByteBuffer bytes, long from) {
    for (int i = 0; i < bytes.limit(); i++) {
      if (bytes.get(i) != Bytes.patternAt(from + i)) {
        throw new AssertionError("at " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesToAFileBehindItsPosition(Pages pages) throws IOException {
    Path file = Files.write(directory.resolve("target"), new byte[] {7, 7, 7});
    try (MappedRegion region = region(pages);
        FileChannel target = FileChannel.open(file, StandardOpenOption.WRITE)) {
      target.position(2);
      assertEquals(COUNT, region.transferTo(FROM, COUNT, target));
      assertEquals(COUNT + 2, target.position());
    }
    byte[] written = Files.readAllBytes(file);
    assertEquals(COUNT + 2, written.length);
    assertEquals(7, written[1]);
    requirePattern(ByteBuffer.wrap(written).slice(2, COUNT), FROM);
  }

  @ParameterizedTest
  @EnumSource
  void comesFromAFileFromItsPositionOn(Pages pages) throws IOException {
    Path file = Bytes.patterned(directory.resolve("source"), SIZE);
    try (MappedRegion region = region(pages);
        FileChannel source = FileChannel.open(file)) {
      source.position(10);
      assertEquals(COUNT, region.transferFrom(source, FROM, COUNT));
      assertEquals(COUNT + 10, source.position());
      requirePattern(region.buffer(FROM, COUNT), 10);
      assertEquals(Bytes.patternAt(FROM - 1), region.buffer().get(FROM - 1));
      assertEquals(Bytes.patternAt(FROM + COUNT), region.buffer().get(FROM + COUNT));
      assertEquals(SIZE - COUNT - 10, region.transferFrom(source, 0, SIZE));
      assertEquals(0, region.transferFrom(source, 0, SIZE));
    }
    assertEquals(SIZE, Files.size(file));
  }

  @Test
  void appendingChannelIsAppendedTo() throws IOException {
    Path file = Files.write(directory.resolve("target"), new byte[] {7});
    try (MappedRegion region = region(Pages.FILE);
        FileChannel target = FileChannel.open(file, StandardOpenOption.APPEND)) {
      assertEquals(COUNT, region.transferTo(FROM, COUNT, target));
    }
    requirePattern(ByteBuffer.wrap(Files.readAllBytes(file)).slice(1, COUNT), FROM);
  }

  @Test
  void partOfTheFileItselfIsMoved() throws IOException {
    try (MappedRegion region = region(Pages.FILE);
        FileChannel same = FileChannel.open(directory.resolve("mapped"))) {
      assertEquals(100_000, region.transferFrom(same, 500_000, 100_000));
      requirePattern(region.buffer(500_000, 100_000), 0);
    }
  }

  @Test
  void streamsAreRead() throws IOException {
    byte[] bytes = Files.readAllBytes(Bytes.patterned(directory.resolve("bytes"), COUNT));
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      long read =
          region.transferFrom(Channels.newChannel(new ByteArrayInputStream(bytes)), 3, SIZE - 3);
      assertEquals(COUNT, read);
      assertEquals(COUNT, region.transferTo(3, COUNT, Channels.newChannel(back)));
    }
    requirePattern(ByteBuffer.wrap(back.toByteArray()), 0);
  }

  @Test
  void channelThatDoesNotBlockTakesWhatItCan() throws IOException {
    Pipe pipe = Pipe.open();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink();
        MappedRegion region = region(Pages.FILE);
        MappedRegion copy = Mmap.anonymous(SIZE).map()) {
      sink.configureBlocking(false);
      source.configureBlocking(false);
      assertEquals(0, copy.transferFrom(source, 0, SIZE));
      long moved = 0;
      while (moved < SIZE) {
        long sent = region.transferTo(moved, SIZE - moved, sink);
        assertTrue(sent > 0, "nothing sent at " + moved);
        for (long end = moved + sent; moved < end; ) {
          moved += copy.transferFrom(source, moved, SIZE - moved);
        }
      }
      Bytes.requirePattern(copy.buffer());
    }
  }

  @Test
  @Timeout(60)
  void closingDoesNotWaitForAChannelThatBlocks() throws Exception {
    Pipe pipe = Pipe.open();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (Pipe.SourceChannel source = pipe.source();
        Pipe.SinkChannel sink = pipe.sink()) {
      MappedRegion region = region(Pages.FILE);
      Future<Long> moving = other.submit(() -> region.transferFrom(source, 0, SIZE));
      sink.write(ByteBuffer.wrap(new byte[] {99}));
      while (region.buffer().get(0) != 99) {
        Thread.onSpinWait();
      }
      region.close();
      assertFalse(moving.isDone()); // as the channel still blocks
      sink.write(ByteBuffer.wrap(new byte[] {99}));
      Exception e = assertThrows(ExecutionException.class, moving::get);
      assertInstanceOf(IllegalStateException.class, e.getCause());
    } finally {
      other.shutdown();
      assertTrue(other.awaitTermination(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void channelsThatCannotAreRefused() throws IOException {
    Path file = Bytes.patterned(directory.resolve("source"), 100);
    try (MappedRegion region = region(Pages.FILE);
        FileChannel source = FileChannel.open(file);
        FileChannel sink = FileChannel.open(file, StandardOpenOption.WRITE);
        MappedRegion sealed = Mmap.map(file)) {
      assertThrows(NonWritableChannelException.class, () -> region.transferTo(0, COUNT, source));
      assertThrows(NonReadableChannelException.class, () -> region.transferFrom(sink, 0, COUNT));
      assertThrows(UnsupportedOperationException.class, () -> sealed.transferFrom(source, 0, 100));
      assertEquals(0, source.position());
      assertThrows(IndexOutOfBoundsException.class, () -> region.transferFrom(source, SIZE, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> region.transferTo(0, SIZE + 1, sink));
    }
    requirePattern(ByteBuffer.wrap(Files.readAllBytes(file)), 0);
  }

  @Test
  void closedChannelIsRefused() throws IOException {
    Path file = Bytes.patterned(directory.resolve("source"), 100);
    FileChannel source = FileChannel.open(file);
    source.close();
    try (MappedRegion region = region(Pages.FILE)) {
      assertThrows(ClosedChannelException.class, () -> region.transferFrom(source, 0, 100));
    }
  }

  @Test
  void interruptedThreadFindsItsChannelClosed() throws IOException {
    Path file = Bytes.patterned(directory.resolve("source"), SIZE);
    try (MappedRegion region = region(Pages.FILE);
        FileChannel source = FileChannel.open(file)) {
      Thread.currentThread().interrupt();
      assertThrows(ClosedByInterruptException.class, () -> region.transferFrom(source, 0, COUNT));
      assertTrue(Thread.interrupted());
    }
  }
}
