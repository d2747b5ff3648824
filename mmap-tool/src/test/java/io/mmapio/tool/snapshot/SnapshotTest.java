// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.tool.scan.Runs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read, and what was damaged is not. */
@NullUnmarked // JUnit fills in what tests start with
final class SnapshotTest {
  @TempDir Path directory;

  private static FileRecord record(String directory, String name, long modified) {
    Runs.Builder runs = new Runs.Builder(100);
    runs.add(3, 4);
    runs.add(1L << 33, 5);
    byte[] in = directory.getBytes(StandardCharsets.UTF_8);
    byte[] last = name.getBytes(StandardCharsets.ISO_8859_1);
    return new FileRecord(in, last, 1L << 46, modified, 1L << 34, 9, runs.finished());
  }

  private Path written(int files) throws IOException {
    Path path = directory.resolve("snapshot");
    try (SnapshotWriter writer = new SnapshotWriter(path, 4096, each -> each)) {
      for (int i = 0; i < files; i++) {
        writer.add(record("/d" + i / 10, "f\u00ff" + i, i % 2 == 0 ? -i : i));
      }
      writer.finish();
    }
    return path;
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    List<FileRecord> files = new ArrayList<>();
    try (Snapshot snapshot = Snapshot.open(written(25))) {
      assertEquals(25, snapshot.files());
      assertEquals(25 * 9, snapshot.resident());
      assertEquals(3, snapshot.blocks().size());
      for (Snapshot.Block block : snapshot.blocks()) {
        files.addAll(snapshot.read(block));
      }
    }
    FileRecord last = files.get(24);
    FileRecord same = record("/d2", "f\u00ff24", -24);
    assertArrayEquals(same.pathBytes(), last.pathBytes());
    assertEquals(-24, last.modified());
    assertEquals(1L << 46, last.size());
    assertEquals(9, last.runs().common(same.runs()));
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    Path path = written(12);
    byte[] right = Files.readAllBytes(path);
    for (int i = 0; i < right.length; i++) {
      byte[] wrong = right.clone();
      wrong[i] ^= (byte) (1 << i % 8);
      Files.write(path, wrong);
      assertThrows(IOException.class, () -> Snapshot.open(path).close(), "byte " + i);
    }
  }

  @Test
  void everyShorterOrLongerFileIsRefused() throws IOException {
    Path path = written(12);
    byte[] right = Files.readAllBytes(path);
    for (int length = 0; length < right.length; length++) {
      Files.write(path, Arrays.copyOf(right, length));
      assertThrows(IOException.class, () -> Snapshot.open(path).close(), "length " + length);
    }
    Files.write(path, Arrays.copyOf(right, right.length + 1));
    assertThrows(IOException.class, () -> Snapshot.open(path).close());
  }

  @Test
  void anUnfinishedSnapshotLeavesTheOldOne() throws IOException {
    Path path = written(1);
    byte[] old = Files.readAllBytes(path);
    try (SnapshotWriter writer = new SnapshotWriter(path, 4096, each -> each)) {
      writer.add(record("/x", "y", 1));
    }
    assertArrayEquals(old, Files.readAllBytes(path));
    try (var left = Files.list(directory)) {
      assertEquals(1, left.count());
    }
    assertFalse(Files.exists(directory.resolve(".snapshot.tmp")));
  }
}
