// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shrinking in place, and cutting a file when it is closed. */
final class ShrinkTest {
  private static final int SIZE = 300_000;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private MappedRegion growable(Path file) throws IOException {
    return Mmap.file(file).access(Access.READ_WRITE).capacity(1 << 20).map();
  }

  private static void assumeShrinking() {
    assumeTrue(Feature.SHRINK.isSupported(), "no mapped file is truncated here");
  }

  /** A block that is on its way when the file is cut would make it longer again. */
  @Test
  void noBlockIsWrittenBehindTheNewEnd() throws Exception {
    assumeShrinking();
    Path file = file();
    ExecutorService other = Executors.newSingleThreadExecutor();
    AtomicBoolean ended = new AtomicBoolean();
    AtomicLong written = new AtomicLong();
    try (MappedRegion region = growable(file)) {
      Future<?> writer = other.submit(() -> writeAtTheEnd(region, ended, written));
      for (int round = 0; round < 3_000 || (written.get() <= 100 && !writer.isDone()); round++) {
        region.shrink(100_001);
        assertEquals(100_001, Files.size(file), "in round " + round);
        region.grow(SIZE);
      }
      ended.set(true);
      writer.get();
      assertTrue(written.get() > 100, "hardly anything was written");
    } finally {
      ended.set(true);
      other.shutdown();
    }
  }

  /** Counts the blocks that met the region when it was large. */
  private static @Nullable Void writeAtTheEnd(
      MappedRegion region, AtomicBoolean ended, AtomicLong written) throws IOException {
    ByteBuffer block = ByteBuffer.allocateDirect(100_000);
    while (!ended.get()) {
      try {
        region.write(SIZE - 100_000, block.clear());
        written.incrementAndGet();
      } catch (IndexOutOfBoundsException e) {
        // it is small at the moment
      }
    }
    return null;
  }

  @Test
  void oldViewReadsZerosBehindTheEndAndTheFileAfterGrowingAgain() throws IOException {
    assumeShrinking();
    Path file = file();
    try (MappedRegion region = growable(file)) {
      ByteBuffer old = region.buffer();
      region.shrink(100_001);
      assertEquals(100_001, region.size());
      assertEquals(100_001, Files.size(file));
      assertEquals(Bytes.patternAt(100_000), old.get(100_000));
      assertEquals(0, old.get(100_001));
      assertEquals(0, old.get(SIZE - 1));
      old.put(SIZE - 1, (byte) 5); // goes nowhere
      assertThrows(IndexOutOfBoundsException.class, () -> region.buffer(100_001, 1));
      region.grow(SIZE + 5);
      assertEquals(0, old.get(SIZE - 1));
      assertEquals(0, old.get(100_001));
      region.buffer().put(SIZE - 1, (byte) 6);
      assertEquals(6, old.get(SIZE - 1));
    }
    assertEquals(6, Bytes.at(file, SIZE - 1));
  }

  @Test
  void everythingMayGo() throws IOException {
    assumeShrinking();
    Path file = file();
    try (MappedRegion region = growable(file)) {
      ByteBuffer old = region.buffer();
      region.shrink(0);
      assertEquals(0, Files.size(file));
      assertEquals(0, old.get(0));
      region.sync();
      region.grow(10);
      region.buffer().put(9, (byte) 1);
      assertEquals(1, old.get(9));
    }
    assertEquals(1, Bytes.at(file, 9));
  }

  @Test
  void anonymousMemoryIsZeroWhenItGrowsAgain() throws IOException {
    try (MappedRegion region = Mmap.anonymous(SIZE).capacity(SIZE).map()) {
      ByteBuffer old = region.buffer();
      for (int i = 0; i < SIZE; i += 100) {
        old.put(i, (byte) 1);
      }
      region.shrink(10_050);
      assertEquals(1, old.get(10_000));
      assertEquals(0, old.get(SIZE - 100));
      region.grow(SIZE);
      for (int i = 10_100; i < SIZE; i += 100) {
        assertEquals(0, old.get(i));
      }
      assertEquals(1, old.get(10_000));
    }
  }

  @Test
  void whatIsBehindTheRegionIsSomebodyElses() throws IOException {
    assumeShrinking();
    Path file = file();
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, 100_000).capacity(100_000).map()) {
      MmapException e = assertThrows(MmapException.class, () -> region.shrink(10));
      assertTrue(e.getMessage().contains("300000"), e.getMessage());
      assertEquals(100_000, region.size());
      assertEquals(Bytes.patternAt(99_999), region.buffer().get(99_999));
    }
    assertEquals(SIZE, Files.size(file));
  }

  @Test
  void badSizesAndRegionsAreRefused() throws IOException {
    Path file = file();
    try (MappedRegion fixed = Mmap.map(file, Access.READ_WRITE);
        MappedRegion reader = Mmap.file(file).capacity(SIZE).map();
        MappedRegion memory = Mmap.anonymous(10).capacity(20).map()) {
      assertThrows(UnsupportedOperationException.class, () -> fixed.shrink(10));
      assertThrows(UnsupportedOperationException.class, () -> reader.shrink(10));
      assertThrows(IllegalArgumentException.class, () -> memory.shrink(11));
      assertThrows(IllegalArgumentException.class, () -> memory.shrink(-1));
    }
    assertEquals(SIZE, Files.size(file));
  }

  @Test
  void platformsThatCannotSaySo() throws IOException {
    assumeTrue(!Feature.SHRINK.isSupported(), "this one can");
    try (MappedRegion region = growable(file())) {
      assertThrows(UnsupportedOperationException.class, () -> region.shrink(10));
      assertEquals(Bytes.patternAt(SIZE - 1), region.buffer().get(SIZE - 1));
    }
  }

  @Test
  void closingCutsWhatWasNotUsed() throws IOException {
    Path file = file();
    MappedRegion region = growable(file);
    region.grow(1 << 20);
    ByteBuffer leaked = region.buffer();
    leaked.put(500_000, (byte) 9);
    region.trimOnClose(10);
    region.trimOnClose(500_001);
    assertEquals(1 << 20, Files.size(file));
    region.close();
    assertEquals(500_001, Files.size(file));
    assertEquals(9, Bytes.at(file, 500_000));
    assertEquals(0, leaked.get(500_000));
    region.close();
    assertEquals(500_001, Files.size(file));
  }

  @Test
  void offsetCounts() throws IOException {
    Path file = file();
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(100_000, 200_000).map()) {
      region.trimOnClose(7);
    }
    assertEquals(100_007, Files.size(file));
  }

  @Test
  void fileThatSomebodyElseExtendedIsLeftAlone() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.trimOnClose(10);
      Bytes.put(file, SIZE, (byte) 1);
    }
    assertEquals(SIZE + 1, Files.size(file));
  }

  @Test
  void trimmingIsForWritersOfFiles() throws IOException {
    Path file = file();
    try (MappedRegion reader = Mmap.map(file);
        MappedRegion writer = Mmap.map(file, Access.READ_WRITE);
        MappedRegion memory = Mmap.anonymous(10).map()) {
      assertThrows(UnsupportedOperationException.class, () -> reader.trimOnClose(1));
      assertThrows(UnsupportedOperationException.class, () -> memory.trimOnClose(1));
      assertThrows(IndexOutOfBoundsException.class, () -> writer.trimOnClose(-1));
      assertThrows(IndexOutOfBoundsException.class, () -> writer.trimOnClose(SIZE + 1));
    }
    assertEquals(SIZE, Files.size(file));
  }
}
