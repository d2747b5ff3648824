// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.util.TransferPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that Arrow's own writer has written, read in their mapped pages. */
final class ArrowTest {
  private static final int BATCHES = 20;
  private static final int ROWS = 1 << 25; // 256 MiB of longs in a batch

  @TempDir Path directory;

  @Test
  void fiveGibibytesAreReadWithoutCopies() throws IOException {
    Path file = directory.resolve("large.arrow");
    try (RootAllocator allocator = new RootAllocator()) {
      writeLarge(file, allocator);
      assertTrue(Files.size(file) > 5L << 30);
      try (ArrowFile arrow = new ArrowFile(file, allocator)) {
        long before = allocator.getAllocatedMemory();
        long[] batches = {0};
        arrow.forEach(
            root -> {
              BigIntVector longs = (BigIntVector) root.getVector("longs");
              assertEquals(ROWS, root.getRowCount());
              assertEquals(batches[0]++, longs.get(0));
              assertEquals(0, longs.get(ROWS / 2));
              assertEquals(~longs.get(0), longs.get(ROWS - 1));
              long more = allocator.getAllocatedMemory() - before;
              assertTrue(more < 16 << 20, more + " bytes for a batch"); // which values are null
            });
        assertEquals(BATCHES, batches[0]);
      }
      assertEquals(0, mapped());
    }
  }

  @Test
  void stringsAndNullsAreReadInPlace() throws IOException {
    Path file = directory.resolve("strings.arrow");
    try (RootAllocator allocator = new RootAllocator()) {
      writeStrings(file, allocator);
      List<String> found = new ArrayList<>();
      try (ArrowFile arrow = new ArrowFile(file, allocator)) {
        arrow.forEach(root -> collect(root, found));
      }
      assertEquals(2_000, found.size());
      assertNull(found.get(7));
      assertEquals("string 8", found.get(8));
      assertEquals("string 999", found.get(1_999));
    }
  }

  @Test
  void regionIsOpenUntilTheLastVectorIsClosed() throws IOException {
    Path file = directory.resolve("strings.arrow");
    try (RootAllocator allocator = new RootAllocator()) {
      writeStrings(file, allocator);
      List<FieldVector> kept = new ArrayList<>();
      try (ArrowFile arrow = new ArrowFile(file, allocator)) {
        arrow.forEach(root -> kept.add(moved(root.getVector("strings"), allocator)));
      }
      assertEquals(1, mapped());
      assertEquals("string 8", Objects.toString(kept.get(0).getObject(8)));
      kept.forEach(FieldVector::close);
      assertEquals(0, mapped());
      assertEquals(0, allocator.getAllocatedMemory());
    }
  }

  private long mapped() {
    return Mmap.statistics().openRegions().stream()
        .filter(region -> region.file().contains(directory.toString()))
        .count();
  }

  private static FieldVector moved(FieldVector vector, BufferAllocator allocator) {
    TransferPair pair = vector.getTransferPair(allocator);
    pair.transfer();
    return (FieldVector) pair.getTo();
  }

  private static void collect(VectorSchemaRoot root, List<String> found) {
    VarCharVector strings = (VarCharVector) root.getVector("strings");
    for (int i = 0; i < root.getRowCount(); i++) {
      found.add(Objects.toString(strings.getObject(i), null));
    }
  }

  /** Zeros but for the ends of each batch, in a file with holes. */
  private static void writeLarge(Path file, BufferAllocator allocator) throws IOException {
    try (BigIntVector longs = new BigIntVector("longs", allocator)) {
      longs.allocateNew(ROWS);
      ArrowBuf values = longs.getDataBuffer();
      values.setZero(0, values.capacity());
      longs.getValidityBuffer().setOne(0L, ROWS / 8L);
      longs.setValueCount(ROWS);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(longs);
          WritableByteChannel channel = new Holes(file);
          ArrowFileWriter writer = new ArrowFileWriter(root, null, channel, Map.of())) {
        root.setRowCount(ROWS);
        for (long batch = 0; batch < BATCHES; batch++) {
          longs.set(0, batch);
          longs.set(ROWS - 1, ~batch);
          writer.writeBatch();
        }
        writer.end();
      }
    }
  }

  /** Two batches of a thousand, every seventh of ten null. */
  private static void writeStrings(Path file, BufferAllocator allocator) throws IOException {
    try (VarCharVector strings = new VarCharVector("strings", allocator)) {
      strings.allocateNew(1_000);
      for (int i = 0; i < 1_000; i++) {
        if (i % 10 != 7) {
          strings.setSafe(i, ("string " + i).getBytes(StandardCharsets.UTF_8));
        }
      }
      strings.setValueCount(1_000);
      try (VectorSchemaRoot root = VectorSchemaRoot.of(strings);
          WritableByteChannel channel = new Holes(file);
          ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
        root.setRowCount(1_000);
        writer.writeBatch();
        writer.writeBatch();
        writer.end();
      }
    }
  }
}
