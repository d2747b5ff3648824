// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FileDataHint;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.IndexOutput;
import org.apache.lucene.store.MemorySegmentAccessInput;
import org.apache.lucene.store.RandomAccessInput;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of these tests have no zero, so a zero that was read is one of a closed file. */
class UseAfterCloseTest {
  private static final int SIZE = 1 << 16;
  private static final int READERS = 3;

  @TempDir private Path folder;
  private Directory directory;

  /** Reads something of an input and returns whether it has a zero. */
  @FunctionalInterface
  private interface Reading {
    boolean isZeroSeen(IndexInput input) throws IOException;
  }

  @BeforeEach
  void writeFile() throws IOException {
    directory = new MmapIoDirectory(folder);
    byte[] ones = new byte[SIZE];
    Arrays.fill(ones, (byte) 1);
    try (IndexOutput output = directory.createOutput("ones", IOContext.DEFAULT)) {
      output.writeBytes(ones, SIZE);
    }
  }

  @AfterEach
  void closeDirectory() throws IOException {
    directory.close();
  }

  @Test
  void noByteOfAClosedFileIsReturned() throws Exception {
    closeWhileReading(
        IOContext.DEFAULT,
        input -> {
          boolean zero = false;
          input.seek(0);
          for (int i = 0; i < 1_000; i++) {
            zero |= input.readByte() == 0;
          }
          return zero;
        });
  }

  @Test
  void noLongAtAPlaceOfAClosedFileIsReturned() throws Exception {
    closeWhileReading(
        IOContext.DEFAULT,
        input -> {
          RandomAccessInput random = (RandomAccessInput) input;
          boolean zero = false;
          for (int i = 0; i < 1_000; i++) {
            zero |= random.readLong(4092 + (i & 7)) != 0x0101010101010101L; // two pages
            zero |= random.readInt(8L * i) == 0;
            zero |= random.readShort(8L * i) == 0;
            zero |= random.readByte(8L * i) == 0;
          }
          return zero;
        });
  }

  @Test
  void noIntegerOfVariableLengthOfAClosedFileIsReturned() throws Exception {
    closeWhileReading(
        IOContext.DEFAULT,
        input -> {
          boolean zero = false;
          input.seek(0);
          for (int i = 0; i < 1_000; i++) {
            zero |= input.readVInt() == 0;
            zero |= input.readVLong() == 0;
          }
          return zero;
        });
  }

  @Test
  void noArrayOfAClosedFileIsReturned() throws Exception {
    byte[] bytes = new byte[10_000];
    closeWhileReading(
        IOContext.DEFAULT,
        input -> {
          byte[] target = bytes.clone();
          long[] longs = new long[1_000];
          float[] floats = new float[1_000];
          int[] ints = new int[1_000];
          input.seek(0);
          input.readBytes(target, 0, target.length);
          input.readLongs(longs, 0, longs.length);
          input.readFloats(floats, 0, floats.length);
          input.readInts(ints, 0, ints.length);
          boolean zero = false;
          for (int i = 0; i < 1_000; i++) {
            zero |= target[10 * i] == 0 || longs[i] == 0 || floats[i] == 0 || ints[i] == 0;
          }
          return zero;
        });
  }

  @Test
  void noVectorOfAClosedFileIsRead() throws Exception {
    closeWhileReading(
        IOContext.DEFAULT.withHints(FileDataHint.KNN_VECTORS),
        input -> {
          MemorySegment bytes = ((MemorySegmentAccessInput) input).segmentSliceOrNull(0, SIZE);
          boolean zero = false;
          for (int i = 0; i < SIZE; i += 8) {
            zero |= bytes.get(ValueLayout.JAVA_LONG, i) == 0;
          }
          return zero;
        });
  }

  private void closeWhileReading(IOContext context, Reading reading) throws Exception {
    AtomicLong reads = new AtomicLong();
    AtomicLong zeros = new AtomicLong();
    for (int race = 0; race < Settings.RACES / 5; race++) {
      IndexInput input = directory.openInput("ones", context);
      CountDownLatch started = new CountDownLatch(READERS);
      Thread[] readers = new Thread[READERS];
      for (int i = 0; i < READERS; i++) {
        IndexInput clone = i == 0 ? input.slice("all", 0, SIZE) : input.clone();
        readers[i] = new Thread(() -> readUntilClosed(clone, reading, started, reads, zeros));
        readers[i].start();
      }
      started.await();
      input.close();
      for (Thread reader : readers) {
        reader.join();
      }
    }
    assertEquals(0, zeros.get(), "zeros in " + reads + " rounds of reads");
    assertTrue(reads.get() >= (long) READERS * Settings.RACES / 5, "rounds of reads: " + reads);
  }

  private static void readUntilClosed(
      IndexInput input,
      Reading reading,
      CountDownLatch started,
      AtomicLong reads,
      AtomicLong zeros) {
    boolean first = true;
    try {
      while (true) {
        if (reading.isZeroSeen(input)) {
          zeros.incrementAndGet();
        }
        reads.incrementAndGet();
        if (first) {
          started.countDown();
          first = false;
        }
      }
    } catch (IllegalStateException e) {
      // as it must be: AlreadyClosedException is one, and a segment whose arena is closed throws it
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } finally {
      started.countDown();
    }
  }

  @Test
  void everyCallOfAClosedInputThrowsAtOnce() throws IOException {
    IndexInput input = directory.openInput("ones", IOContext.DEFAULT);
    input.close();
    input.close();
    everyCallThrows(input);
  }

  @Test
  void aClonesCloseIsTheClonesAlone() throws IOException {
    try (IndexInput input = directory.openInput("ones", IOContext.DEFAULT)) {
      IndexInput clone = input.clone();
      clone.close();
      everyCallThrows(clone);
      assertEquals(1, input.readByte());
      assertEquals(1, input.clone().readByte());
    }
  }

  @Test
  void everyReadOfACloneThrowsOnceTheArenaHasEnded() throws IOException {
    IndexInput input = directory.openInput("ones", IOContext.DEFAULT);
    IndexInput clone = input.clone();
    IndexInput slice = input.slice("some", 8, 100);
    input.close();
    ArenaCloser.await();
    everyReadThrows(clone);
    everyReadThrows(slice);
    assertThrows(AlreadyClosedException.class, clone::clone);
    assertThrows(AlreadyClosedException.class, () -> clone.prefetch(0, 1));
  }

  private static void everyCallThrows(IndexInput input) {
    everyReadThrows(input);
    assertThrows(AlreadyClosedException.class, input::getFilePointer);
    assertThrows(AlreadyClosedException.class, () -> input.seek(1));
    assertThrows(AlreadyClosedException.class, () -> input.seek(SIZE + 1));
    assertThrows(AlreadyClosedException.class, () -> input.prefetch(0, 1));
    assertThrows(AlreadyClosedException.class, input::clone);
    assertThrows(AlreadyClosedException.class, () -> input.slice("some", 0, 1));
    assertThrows(
        AlreadyClosedException.class,
        () -> ((MemorySegmentAccessInput) input).segmentSliceOrNull(0, 1));
  }

  private static void everyReadThrows(IndexInput input) {
    RandomAccessInput random = (RandomAccessInput) input;
    assertThrows(AlreadyClosedException.class, input::readByte);
    assertThrows(AlreadyClosedException.class, input::readShort);
    assertThrows(AlreadyClosedException.class, input::readInt);
    assertThrows(AlreadyClosedException.class, input::readLong);
    assertThrows(AlreadyClosedException.class, input::readVInt);
    assertThrows(AlreadyClosedException.class, input::readVLong);
    assertThrows(AlreadyClosedException.class, () -> input.readBytes(new byte[9], 0, 9));
    assertThrows(AlreadyClosedException.class, () -> input.readInts(new int[9], 0, 9));
    assertThrows(AlreadyClosedException.class, () -> input.readLongs(new long[9], 0, 9));
    assertThrows(AlreadyClosedException.class, () -> input.readFloats(new float[9], 0, 9));
    assertThrows(AlreadyClosedException.class, () -> random.readByte(0));
    assertThrows(AlreadyClosedException.class, () -> random.readShort(0));
    assertThrows(AlreadyClosedException.class, () -> random.readInt(0));
    assertThrows(AlreadyClosedException.class, () -> random.readLong(0));
    assertThrows(AlreadyClosedException.class, () -> random.readBytes(0, new byte[9], 0, 9));
  }
}
