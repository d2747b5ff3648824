// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The map holds what its players did, also if its process is killed at any moment. */
final class WorldTest {
  private static final String ROWS = "64";
  private static final String DURABLE =
      "durable +[0-9]+ edits; this checkpoint wrote [0-9]+ chunks";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void everyEditIsInTheFile() throws Exception {
    Path file = directory.resolve("world");
    try (ChildProgram child =
        ChildProgram.start(directory, "world", file.toString(), ROWS, "300")) {
      child.readUntil(ChildProgram.END);
      assertEquals(0, child.exitCode(), child.text());
    }
    assertTrue(edits(file) > 0);
  }

  @Test
  void emptyMapIsKeptToo() throws Exception {
    try (ChildProgram child =
        ChildProgram.start(
            directory, "world", directory.resolve("world").toString(), "2048", "0")) {
      child.readUntil(ChildProgram.END);
      assertEquals(0, child.exitCode(), child.text());
    }
  }

  @Test
  void aCompleteJournalIsWrittenAtOpeningAndADamagedOneIsNot() throws Exception {
    Path file = directory.resolve("world");
    Path redo = directory.resolve("world.redo");
    byte[] chunk = new byte[WorldFile.CHUNK];
    chunk[WorldFile.GROUND] = 1;
    for (boolean damaged : new boolean[] {false, true}) {
      Files.write(file, new byte[2 * WorldFile.CHUNK]);
      try (WorldJournal journal = WorldJournal.open(redo)) {
        journal.begin();
        journal.add(1, chunk);
        journal.commit();
      }
      if (damaged) {
        byte[] bytes = Files.readAllBytes(redo);
        bytes[9000] ^= 1;
        Files.write(redo, bytes);
      }
      WorldFile.open(file, 2).close();
      byte written = Files.readAllBytes(file)[WorldFile.CHUNK + WorldFile.GROUND];
      assertEquals(damaged ? 0 : 1, written);
    }
  }

  @Test
  void killedAtAnyMomentEachChunkIsOldOrNew() throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    Path file = directory.resolve("world");
    long known = 0;
    int rounds = Integer.getInteger("mmapio.test.kills", 10);
    for (int round = 1; round <= rounds; round++) {
      // The first may end before there is a chunk, the last does not.
      int lines = round == rounds ? 1 : random.nextInt(5);
      known += kill(file, lines, random.nextInt(150));
      WorldFile.open(file, Long.parseLong(ROWS) * World.WIDTH).close();
      long there = edits(file);
      assertTrue(there >= known, known + " edits were durable, " + there + " are there");
      known = there;
    }
    assertTrue(known > 0, "nothing was ever durable");
  }

  @Test
  void stopsCleanlyWhenAsked() throws Exception {
    try (ChildProgram child = ChildProgram.start(directory, "world")) {
      child.readUntil("durable .*");
      child.stop();
      assertTrue(child.readUntil("stopped .*"), child::text);
      child.readUntil(ChildProgram.END);
    }
    try (Stream<Path> left = Files.list(directory)) {
      assertEquals(
          List.of(directory.resolve("target")), left.toList(), "no temporary file is left");
    }
  }

  @Test
  void evictedChunksLeaveMemoryAndUnsavedEditsStay() throws Exception {
    assumeTrue(Feature.EVICT.isSupported() && Feature.DISCARD.isSupported(), "evict and discard");
    Path file = directory.resolve("world");
    int chunks = 64;
    Files.write(file, new byte[chunks * WorldFile.CHUNK]);
    try (WorldFile world = WorldFile.open(file, chunks)) {
      assumeTrue(world.residency().unknown() == 0, "the system does not tell what is in memory");
      world.edit(16, view -> view.put(WorldFile.HEIGHT, (byte) 1));
      world.checkpoint();
      world.edit(24, view -> view.put(WorldFile.HEIGHT, (byte) 2));
      world.evict(0, chunks);
      long unsaved = WorldFile.CHUNK / Mmap.pageSize();
      long resident = world.residency().resident();
      assertTrue(resident <= unsaved, resident + " pages are in memory after eviction");
      world.checkpoint();
    }
    assertEquals(2, edits(file));
  }

  /** Kills a player's process, and returns how many of its edits it has called durable. */
  private long kill(Path file, int lines, int milliseconds) throws Exception {
    try (ChildProgram child =
        ChildProgram.start(directory, "world", file.toString(), ROWS, "1000000")) {
      int seen = 0;
      while (seen < lines && child.readUntil(DURABLE)) {
        seen++;
      }
      child.killAfter(milliseconds);
      while (child.readUntil(DURABLE)) {}
      return child
          .lastMatch(DURABLE)
          .map(line -> Long.parseLong(line.replaceAll("^durable +| .*$", "")))
          .orElse(0L);
    }
  }

  /** The edits in all chunks of a file, none of which may be damaged. */
  private static long edits(Path file) throws IOException {
    long edits = 0;
    try (MappedRegion region = Mmap.map(file)) {
      for (long at = 0; at < region.size(); at += WorldFile.CHUNK) {
        long version = WorldFile.versionOf(region.buffer(at, WorldFile.CHUNK));
        assertTrue(version >= 0, "a chunk is half old, half new, at " + at);
        edits += version;
      }
    }
    return edits;
  }
}
