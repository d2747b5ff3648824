// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
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

/** A recording of 2 GiB, stereo, 16 bits, that is not in memory: all of it, and short parts. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 4)
@Fork(2)
public class MediaBenchmark {
  private static final int COLUMNS = 2048;
  private static final int COLUMN = 1 << 20;
  private static final long SIZE = (long) COLUMNS * COLUMN;

  /** How far ahead of the computation the file is fetched. */
  private static final int AHEAD = 32 << 20;

  private static final int SCRUBS = 1000;
  private static final int BATCH = 50;
  private static final int DEEP = 256;

  /** 1,024 frames. */
  private static final int PART = 4096;

  /** The way to read. */
  @Param({"FileChannel.map", "ours", "ours, blocks", "ours, fetched ahead", "FileChannel.read"})
  public String peer;

  private final Random random = new Random(1);
  private final long[] parts = new long[SCRUBS];
  private final ByteBuffer read = ByteBuffer.allocateDirect(COLUMN).order(ByteOrder.LITTLE_ENDIAN);
  private Path path;
  private FileChannel channel;
  private MappedRegion region;
  private ByteBuffer[] views;

  /**
   * Makes the recording.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void record() throws IOException {
    path = Files.createTempFile("mmap-bench", ".pcm");
    channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    byte[] noise = new byte[COLUMN];
    random.nextBytes(noise);
    ByteBuffer column = ByteBuffer.allocateDirect(COLUMN).put(noise);
    for (int i = 0; i < COLUMNS; i++) {
      channel.write(column.clear(), (long) i * COLUMN);
    }
    channel.force(true);
  }

  /**
   * Has nothing in memory, and maps it.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Iteration)
  public void evict() throws IOException {
    region = Mmap.map(path);
    region.pages().evict();
    if (region.incore().resident() > SIZE / Mmap.pageSize() / 100) {
      throw new IllegalStateException("the file could not be evicted");
    }
    views = new ByteBuffer[(int) (SIZE >> 30)];
    for (int i = 0; i < views.length; i++) {
      ByteBuffer view =
          peer.equals("FileChannel.map")
              ? channel.map(MapMode.READ_ONLY, (long) i << 30, 1 << 30)
              : region.buffer((long) i << 30, 1 << 30);
      views[i] = view.order(ByteOrder.LITTLE_ENDIAN);
    }
    for (int i = 0; i < SCRUBS; i++) {
      parts[i] = random.nextInt((int) (SIZE / PART)) * (long) PART;
    }
  }

  /** Unmaps; the JDK's buffers are left to the collector. */
  @TearDown(Level.Iteration)
  public void unmap() {
    views = null;
    region.close();
    System.gc(); // no mapping of the JDK may hold pages in the next iteration
  }

  /**
   * Deletes it.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    channel.close();
    Files.delete(path);
  }

  /**
   * Lowest and highest sample of each column of the picture.
   *
   * @return the height of all
   * @throws IOException if it fails
   */
  @Benchmark
  public long waveform() throws IOException {
    long heights = 0;
    for (int i = 0; i < COLUMNS; i++) {
      long at = (long) i * COLUMN;
      if (peer.equals("ours, fetched ahead") && at % AHEAD == 0) {
        long next = i == 0 ? 0 : at + AHEAD;
        region.advise(next, Math.min(SIZE - next, i == 0 ? 2L * AHEAD : AHEAD), Advice.WILLNEED);
      }
      heights += height(at, COLUMN);
    }
    return heights;
  }

  /**
   * Parts from anywhere, as under a finger on the time line.
   *
   * @return the height of all
   * @throws IOException if it fails
   */
  @Benchmark
  public long scrub() throws IOException {
    if (peer.startsWith("ours")) {
      region.advise(Advice.RANDOM);
    }
    long heights = 0;
    if (peer.equals("ours, blocks")) {
      Prefetcher blocks = region.prefetch(LongStream.of(parts).iterator(), PART, DEEP);
      while (blocks.hasNext()) {
        heights += height(blocks.nextLong(), PART);
      }
      return heights;
    }
    for (int i = 0; i < SCRUBS; i++) {
      if (peer.equals("ours") && i % BATCH == 0) {
        region.advise(Arrays.copyOfRange(parts, i, i + BATCH), PART, Advice.WILLNEED);
      }
      heights += height(parts[i], PART);
    }
    return heights;
  }

  private int height(long at, int length) throws IOException {
    if (peer.equals("FileChannel.read")) {
      channel.read(read.clear().limit(length), at);
      return height(read, 0, length);
    }
    if (peer.equals("ours, blocks")) {
      region.read(at, read.clear().limit(length));
      return height(read, 0, length);
    }
    return height(views[(int) (at >> 30)], (int) (at & ((1 << 30) - 1)), length);
  }

  private static int height(ByteBuffer samples, int from, int length) {
    int low = Short.MAX_VALUE;
    int high = Short.MIN_VALUE;
    for (int at = from; at < from + length; at += Short.BYTES) {
      short sample = samples.getShort(at);
      low = Math.min(low, sample);
      high = Math.max(high, sample);
    }
    return high - low;
  }
}
