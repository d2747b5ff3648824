// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * A game map of many GiB. Four players walk south and then back, and change the ground where they
 * are; each is a thread. The map grows in place ahead of them. A checkpoint thread makes their
 * edits durable, and the main thread keeps only the surroundings of the players in memory.
 *
 * <p>{@code world [FILE [ROWS [STEPS]]]}: without a file, the map is temporary. {@link WorldFile}
 * has the technique.
 */
final class World {
  /** Chunks from west to east. */
  static final int WIDTH = 256;

  private static final int PLAYERS = 4;
  private static final int BAND = 64;
  private static final int NEAR = 96;
  private static final int RADIUS = 24;
  private static final long STEP_NANOS = 50_000;
  private static final long ROUND_NANOS = 100_000_000;

  private final Report report = new Report();
  private final Path path;
  private final long rows;
  private final int steps;
  private final StopSignal stop;
  private final boolean fresh;
  private final Map<Long, LongAdder> edits = new ConcurrentHashMap<>();
  private final LongAdder edited = new LongAdder();
  private final LongAdder walked = new LongAdder();
  private final AtomicReferenceArray<Long> rowOf = new AtomicReferenceArray<>(PLAYERS);
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<int[]> residency = new ArrayList<>();

  private World(Path path, long rows, int steps, StopSignal stop) throws IOException {
    this.path = path;
    this.rows = rows;
    this.steps = steps;
    this.stop = stop;
    this.fresh = !Files.exists(path) || Files.size(path) == 0;
  }

  static int run(List<String> arguments) throws IOException, InterruptedException {
    long rows = arguments.size() > 1 ? Long.parseLong(arguments.get(1)) : 2048;
    int steps = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 8_000;
    StopSignal stop = StopSignal.listen();
    boolean temporary = arguments.isEmpty();
    Path path = temporary ? Files.createTempFile("mmap-world", ".dat") : Path.of(arguments.get(0));
    try {
      return new World(path, rows, steps, stop).play();
    } finally {
      if (temporary) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".redo"));
      }
      stop.finished();
    }
  }

  private int play() throws IOException, InterruptedException {
    long start = System.nanoTime();
    try (WorldFile world = WorldFile.open(path, rows * WIDTH)) {
      world.grow((long) BAND * WIDTH);
      List<Thread> players = new ArrayList<>();
      for (int i = 0; i < PLAYERS; i++) {
        int player = i;
        players.add(start("player " + i, () -> walk(world, player)));
      }
      Thread checkpoints = start("checkpoints", () -> checkpointWhile(world, players));
      while (checkpoints.isAlive()) {
        guarded(() -> keepSurroundings(world));
        report.progress("walking", walked.sum(), (long) PLAYERS * steps);
        checkpoints.join(ROUND_NANOS / 1_000_000);
      }
      report.say(
          "world     %,d x %,d tiles, %,d MiB, grown in place",
          WIDTH * WorldFile.SIDE,
          world.chunks() / WIDTH * WorldFile.SIDE,
          (world.chunks() * WorldFile.CHUNK) >> 20);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    report.say(
        "edits     %,d of %,d chunks in %.1f s, all durable", edited.sum(), edits.size(), seconds);
    report.check(failure.get() == null, "no thread failed: " + failure.get());
    verify();
    drawResidency();
    if (stop.requested()) {
      report.say("stopped   as asked, after a last checkpoint");
    }
    return report.exitCode();
  }

  /** What a thread does. */
  private interface Work {
    void run() throws IOException;
  }

  private Thread start(String name, Work work) {
    Thread thread = new Thread(() -> guarded(work), name);
    thread.start();
    return thread;
  }

  /** A failure of one thread ends the walk of all, with a last checkpoint. */
  private void guarded(Work work) {
    try {
      work.run();
    } catch (IOException | RuntimeException | Error e) {
      failure.compareAndSet(null, e);
    }
  }

  private boolean goesOn() {
    return !stop.requested() && failure.get() == null;
  }

  /** Walks to the south end in two thirds of the steps, and back as fast as the rest allows. */
  private void walk(WorldFile world, int player) throws IOException {
    long tiles = rows * WorldFile.SIDE - 2L * RADIUS;
    for (int step = 0; step < steps && goesOn(); step++) {
      double way = step * 1.5 / steps;
      long y = RADIUS + (long) (tiles * (way <= 1 ? way : 1 - (way - 1)));
      double swing = Math.sin(step * 0.0007 * (player + 1) + player);
      long x = (long) ((0.5 + 0.45 * swing) * WIDTH * WorldFile.SIDE);
      long row = y / WorldFile.SIDE;
      rowOf.set(player, row);
      long needed = Math.min(rows, (row / BAND + 2) * BAND);
      world.grow(needed * WIDTH);
      dig(world, x, y, player);
      walked.increment();
      LockSupport.parkNanos(STEP_NANOS);
    }
  }

  /** Changes a disc of tiles, which may lie in up to four chunks. */
  private void dig(WorldFile world, long x, long y, int player) {
    int side = WorldFile.SIDE;
    for (long row = (y - RADIUS) / side; row <= (y + RADIUS - 1) / side; row++) {
      for (long column = (x - RADIUS) / side; column <= (x + RADIUS - 1) / side; column++) {
        int left = (int) (x - column * side);
        int top = (int) (y - row * side);
        long chunk = row * WIDTH + column;
        world.edit(chunk, view -> paint(view, left, top, player));
        edits.computeIfAbsent(chunk, any -> new LongAdder()).increment();
        edited.increment();
      }
    }
  }

  private static void paint(ByteBuffer chunk, int x, int y, int player) {
    int side = WorldFile.SIDE;
    for (int row = Math.max(0, y - RADIUS); row < Math.min(side, y + RADIUS); row++) {
      for (int column = Math.max(0, x - RADIUS); column < Math.min(side, x + RADIUS); column++) {
        if ((row - y) * (row - y) + (column - x) * (column - x) < RADIUS * RADIUS) {
          int tile = row * side + column;
          chunk.putShort(WorldFile.GROUND + tile * Short.BYTES, (short) (player + 1));
          int height = WorldFile.HEIGHT + tile;
          chunk.put(height, (byte) (chunk.get(height) + 1));
        }
      }
    }
  }

  /** Makes edits durable while a player walks, and once more at the end. */
  private void checkpointWhile(WorldFile world, List<Thread> players) throws IOException {
    boolean walking = true;
    while (walking) {
      walking = players.stream().anyMatch(Thread::isAlive);
      long before = edited.sum();
      long chunks = world.checkpoint();
      if (chunks > 0) {
        report.say("durable   %d edits; this checkpoint wrote %d chunks", before, chunks);
      }
      LockSupport.parkNanos(walking ? ROUND_NANOS : 0);
    }
  }

  /** Reads what players come to, drops what is far from all of them, and notes what is there. */
  private void keepSurroundings(WorldFile world) throws IOException {
    long south = 0;
    long north = rows;
    for (int player = 0; player < PLAYERS; player++) {
      Long row = rowOf.get(player);
      if (row != null) {
        south = Math.max(south, row);
        north = Math.min(north, row);
      }
    }
    if (north == rows) {
      return; // nobody is on the map yet
    }
    long[] ahead = edits.keySet().stream().mapToLong(chunk -> chunk).toArray();
    long from = (north - BAND) * WIDTH;
    long to = north * WIDTH;
    long[] near = Arrays.stream(ahead).filter(c -> c >= from && c < to).toArray();
    world.prefetch(near);
    world.evict(0, Math.max(0, north - NEAR) * WIDTH);
    long end = Math.min(world.chunks(), (south + NEAR) * WIDTH);
    world.evict(end, world.chunks() - end);
    residency.add(perBand(world.residency()));
  }

  /** Counts the resident pages of every eight rows of chunks. */
  private int[] perBand(Residency now) {
    long pagesOfBand = (long) BAND / 8 * WIDTH * WorldFile.CHUNK / Mmap.pageSize();
    int[] pages = new int[Math.toIntExact((rows * 8 + BAND - 1) / BAND)];
    for (Residency.Run run : now.runs()) {
      if (run.state() == PageState.RESIDENT) {
        for (long page = run.first(); page < run.first() + run.pages(); page++) {
          int band = (int) (page / pagesOfBand);
          if (band < pages.length) {
            pages[band]++;
          }
        }
      }
    }
    return pages;
  }

  /** Reads the file with ordinary I/O, checks every chunk, and draws it: one pixel per chunk. */
  private void verify() throws IOException {
    Picture picture = new Picture(WIDTH, Math.toIntExact(rows));
    long wrong = 0;
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer chunk = ByteBuffer.allocate(WorldFile.CHUNK);
      for (Map.Entry<Long, LongAdder> entry : edits.entrySet()) {
        long index = entry.getKey();
        chunk.clear();
        while (chunk.hasRemaining()) {
          if (channel.read(chunk, index * WorldFile.CHUNK + chunk.position()) < 0) {
            throw new IOException("the file ends in chunk " + index);
          }
        }
        long version = WorldFile.versionOf(chunk);
        long expected = entry.getValue().sum();
        wrong += (fresh ? version == expected : version >= expected) ? 0 : 1;
        picture.set((int) (index % WIDTH), (int) (index / WIDTH), colourOf(chunk));
      }
    }
    report.check(wrong == 0, "file I/O reads every chunk whole, with all its edits");
    report.say("picture   %s", picture.save("world.png"));
  }

  private static int colourOf(ByteBuffer chunk) {
    int[] colours = {0x303030, 0x4caf50, 0x2196f3, 0xffc107, 0xe91e63};
    int middle = WorldFile.SIDE * WorldFile.SIDE / 2 + WorldFile.SIDE / 2;
    int ground = chunk.getShort(WorldFile.GROUND + middle * Short.BYTES);
    return colours[ground >= 0 && ground < colours.length ? ground : 0];
  }

  /** Draws time from left to right, and the map from north to south. */
  private void drawResidency() throws IOException {
    if (residency.isEmpty()) {
      return;
    }
    int bands = residency.get(0).length;
    Picture picture = new Picture(residency.size() * 4, bands * 2);
    for (int x = 0; x < picture.width(); x++) {
      for (int y = 0; y < picture.height(); y++) {
        int pages = residency.get(x / 4)[y / 2];
        int light = pages == 0 ? 0 : Math.min(255, 64 + pages / 2);
        picture.set(x, y, light << 16 | light << 8 | 0x30);
      }
    }
    report.say("picture   %s", picture.save("world-residency.png"));
  }
}
