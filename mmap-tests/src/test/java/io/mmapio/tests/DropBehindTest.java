// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.DropBehind;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams that leave no trail of pages behind them. */
final class DropBehindTest {
  private static final int MIB = 1 << 20;
  private static final int STEP = MIB / 4;

  /** What DropBehind works on at a time, and what Linux may read ahead in one go. */
  private static final int PIECE = 8 * MIB;

  @TempDir Path directory;

  private static final int PAGE = Math.toIntExact(Mmap.pageSize());

  private static void requireEvictionOfFiles() {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("an emulator evicts nothing");
  }

  private static long resident(MappedRegion region) throws IOException {
    return region.incore().resident() * PAGE;
  }

  /** Touches each page, and returns the most that was resident behind the reader and around it. */
  private static long read(MappedRegion region, DropBehind trail) throws IOException {
    long most = 0;
    for (long at = 0; at < region.size(); at += STEP) {
      int some = Math.toIntExact(Math.min(STEP, region.size() - at));
      ByteBuffer view = region.buffer(at, some);
      for (int i = 0; i < some; i += PAGE) {
        assertEquals(view.get(i), view.get(i));
      }
      trail.passed(at + some);
      most = at % PIECE == 0 ? Math.max(most, resident(region)) : most;
    }
    return most;
  }

  @Test
  void readerKeepsWhatItAskedForAndNotMuchMore() throws IOException {
    requireEvictionOfFiles();
    Path file = EvictTest.written(directory.resolve("file"), 64 * MIB);
    try (MappedRegion region = Mmap.map(file)) {
      region.pages().evict();
      DropBehind trail = region.dropBehind(16 * MIB);
      long most = read(region, trail);
      assertTrue(most >= 16 * MIB, () -> "kept too little: " + most);
      assertTrue(most <= 16 * MIB + 2 * PIECE, () -> "kept too much: " + most);
      trail.finish();
      assertEquals(0, resident(region));
      assertEquals(64 * MIB, trail.evictedBytes());
    }
  }

  @Test
  void writerLosesNothingAndLeavesLittleBehind() throws IOException {
    requireEvictionOfFiles();
    Path file = Bytes.sparse(directory.resolve("file"), 64L * MIB + 5);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      DropBehind trail = region.dropBehind(0);
      long most = 0;
      for (int at = 0; at < 64 * MIB; at += STEP) {
        ByteBuffer view = region.buffer(at, STEP);
        for (int i = 0; i < STEP; i += 256) {
          view.putInt(i, at + i);
        }
        trail.passed(at + (long) STEP);
        most = at % PIECE == 0 ? Math.max(most, resident(region)) : most;
      }
      trail.finish();
      long peak = most;
      assertTrue(peak <= 3 * PIECE, () -> "kept too much: " + peak);
      assertEquals(0, region.incore(0, 64 * MIB).resident());
      ByteBuffer view = region.buffer(0, 64 * MIB);
      for (int at = 0; at < 64 * MIB; at += 256) {
        assertEquals(at, view.getInt(at));
      }
    }
  }

  @Test
  void goingBackBeginsAgain() throws IOException {
    requireEvictionOfFiles();
    Path file = EvictTest.written(directory.resolve("file"), 32 * MIB);
    try (MappedRegion region = Mmap.file(file).range(3L * PAGE + 1, 30 * MIB).map()) {
      DropBehind trail = region.dropBehind(0);
      trail.passed(30 * MIB);
      region.pages().populate(Prefault.READ);
      trail.passed(MIB);
      assertTrue(region.isResident(), "going back drops nothing");
      trail.passed(20 * MIB);
      assertTrue(region.isResident(0, MIB - PAGE));
      // Pieces begin at multiples in the file, so this one does before 16 MiB of the region.
      assertEquals(0, region.incore(MIB, 15 * MIB - 4L * PAGE).resident());
      assertTrue(region.isResident(16 * MIB, 14 * MIB));
      trail.finish();
      assertEquals(0, region.incore(MIB, 19 * MIB).resident());
    }
  }

  @Test
  void whatCannotBeDroppedIsRefused() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 3 * PAGE);
    try (MappedRegion memory = Mmap.anonymous(PAGE).map();
        MappedRegion copy = Mmap.map(file, Access.COPY_ON_WRITE);
        MappedRegion region = Mmap.map(file)) {
      assertThrows(UnsupportedOperationException.class, () -> memory.dropBehind(0));
      assertThrows(UnsupportedOperationException.class, () -> copy.dropBehind(0));
      assertThrows(IllegalArgumentException.class, () -> region.dropBehind(-1));
      DropBehind trail = region.dropBehind(Long.MAX_VALUE);
      trail.passed(3L * PAGE);
      assertThrows(IndexOutOfBoundsException.class, () -> trail.passed(3L * PAGE + 1));
      assertThrows(IndexOutOfBoundsException.class, () -> trail.passed(-1));
    }
  }

  @Test
  void closedRegionDropsNothing() throws IOException {
    MappedRegion region = Mmap.map(Bytes.patterned(directory.resolve("file"), 3 * PAGE));
    DropBehind trail = region.dropBehind(0);
    region.close();
    assertThrows(IllegalStateException.class, () -> trail.passed(0));
    assertThrows(IllegalStateException.class, trail::finish);
    assertThrows(IllegalStateException.class, () -> region.dropBehind(0));
  }

  /** In a container with room for the neighbour and not for the stream. */
  @Test
  @Tag("child-jvm")
  @Tag("long")
  void streamOf512MibLeavesANeighbourAlone() throws Exception {
    requireEvictionOfFiles();
    assertNeighbour(512, 0, true);
    assertNeighbour(512, Long.MAX_VALUE, false);
  }

  @Test
  @Tag("child-jvm")
  void streamLeavesANeighbourAlone() throws Exception {
    requireEvictionOfFiles();
    assertNeighbour(160, 0, true);
    assertNeighbour(160, Long.MAX_VALUE, false);
  }

  /** Without dropping, a stream of more than the container's memory pushes the neighbour out. */
  private void assertNeighbour(int mebibytes, long keep, boolean stays) throws Exception {
    Path group = Path.of("/sys/fs/cgroup/memory/mmapio-drop-" + ProcessHandle.current().pid());
    assumeTrue(Files.isWritable(group.getParent()), "no memory cgroup (v1) that may be written");
    Files.createDirectory(group);
    try {
      Files.writeString(group.resolve("memory.limit_in_bytes"), String.valueOf(200 * MIB));
      ChildJvm.Outcome outcome =
          new ChildJvm()
              .under("sh", "-c", "echo $$ > " + group + "/tasks && exec \"$@\"", "sh")
              .option("-Xmx32m", "-XX:+UseSerialGC")
              .run(Stream.class, directory.toString(), "" + mebibytes, "" + keep);
      assertEquals(0, outcome.exitCode(), outcome.output());
      String said = "neighbour stays: " + stays;
      assertTrue(outcome.output().contains(said), outcome.output());
    } finally {
      Files.delete(group);
    }
  }

  /** Reads a long file beside one that was read before. */
  static final class Stream {
    private Stream() {}

    public static void main(String[] args) throws IOException {
      Path directory = Path.of(args[0]);
      int size = Integer.parseInt(args[1]) * MIB;
      long keep = Long.parseLong(args[2]);
      Path near = EvictTest.written(directory.resolve("near"), 64 * MIB);
      Path file = Bytes.sparse(directory.resolve("stream"), size);
      try (MappedRegion made = Mmap.map(file, Access.READ_WRITE)) {
        DropBehind trail = made.dropBehind(0);
        for (long at = 0; at < size; at += MIB) {
          made.write(at, ByteBuffer.allocate(MIB));
          trail.passed(at + MIB);
        }
        trail.finish();
      }
      try (MappedRegion neighbour = Mmap.map(near);
          MappedRegion region = Mmap.map(file)) {
        neighbour.pages().evict();
        neighbour.pages().populate(Prefault.READ);
        long most = read(region, region.dropBehind(keep));
        System.out.println("most: " + most + ", neighbour: " + resident(neighbour));
        System.out.println("neighbour stays: " + (resident(neighbour) > 62 * MIB));
      }
    }
  }
}
