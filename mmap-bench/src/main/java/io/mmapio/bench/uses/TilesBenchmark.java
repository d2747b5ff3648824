// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Players edit tiles near them, and after every so many edits the map is on stable storage. The map
 * is in memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(2)
public class TilesBenchmark {
  private static final long SIZE = 256L << 20;
  private static final int CHUNK = 16 << 10;
  private static final int PLAYERS = 64;
  private static final int NEAR = 9;
  private static final int EDITS = 1_000_000;

  /** The way to write a tile. */
  @Param({"ours", "FileChannel.write", "RandomAccessFile"})
  public String peer;

  private final Random random = new Random(1);
  private final int[] tiles = new int[EDITS];
  private Path path;
  private MappedRegion region;
  private ByteBuffer view;
  private FileChannel channel;
  private RandomAccessFile file;
  private ByteBuffer tile;

  /**
   * Makes the map.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    path = Files.createTempFile("mmap-bench", ".world");
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
    for (long at = 0; at < SIZE; at += zeros.capacity()) {
      channel.write(zeros.clear(), at);
    }
    channel.force(true);
    file = new RandomAccessFile(path.toFile(), "rw");
    region = Mmap.map(path, Access.READ_WRITE);
    view = region.buffer().order(ByteOrder.nativeOrder());
    tile = ByteBuffer.allocateDirect(Short.BYTES).order(ByteOrder.nativeOrder());
  }

  /** Every player goes somewhere, and edits the chunks around. */
  @Setup(Level.Iteration)
  public void move() {
    int[] places = random.ints(PLAYERS, 0, (int) (SIZE / CHUNK) - NEAR).toArray();
    for (int i = 0; i < EDITS; i++) {
      int chunk = places[random.nextInt(PLAYERS)] + random.nextInt(NEAR);
      tiles[i] = chunk * CHUNK + random.nextInt(CHUNK / Short.BYTES) * Short.BYTES;
    }
  }

  /**
   * Edits, and a checkpoint.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void editAndSync() throws IOException {
    switch (peer) {
      case "ours" -> editMapped();
      case "FileChannel.write" -> editByChannel();
      default -> editByFile();
    }
  }

  private void editMapped() throws IOException {
    for (int i = 0; i < EDITS; i++) {
      view.putShort(tiles[i], (short) i);
    }
    region.sync();
  }

  private void editByChannel() throws IOException {
    for (int i = 0; i < EDITS; i++) {
      channel.write(tile.clear().putShort((short) i).flip(), tiles[i]);
    }
    channel.force(false);
  }

  private void editByFile() throws IOException {
    for (int i = 0; i < EDITS; i++) {
      file.seek(tiles[i]);
      file.writeShort(i);
    }
    file.getFD().sync();
  }

  /**
   * Deletes it.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    region.close();
    channel.close();
    file.close();
    Files.delete(path);
  }
}
