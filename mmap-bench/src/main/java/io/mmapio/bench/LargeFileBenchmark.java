// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.util.concurrent.ThreadLocalRandom;
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

/** What does it cost to read from anywhere in a file in memory that no ByteBuffer covers? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class LargeFileBenchmark {
  private static final long SIZE = 8L << 30;
  private static final long WINDOW = 1L << 30;
  private static final int BLOCK = 4096;

  /** Windows are an array of buffers, as users write it on JDK 17; else one call for each read. */
  @Param({"FileChannel.map windows", "ours windows", "ours buffer", "ours read"})
  public String peer;

  private final byte[] block = new byte[BLOCK];
  private final ByteBuffer wrapped = ByteBuffer.wrap(block);
  private final ByteBuffer[] windows = new ByteBuffer[(int) (SIZE / WINDOW)];
  private BenchFile file;
  private MappedRegion region;

  /**
   * Makes and maps a file.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    region = Mmap.file(file.channel).map();
    for (int i = 0; i < windows.length; i++) {
      windows[i] = window(file.channel, i * WINDOW);
    }
  }

  private ByteBuffer window(FileChannel channel, long offset) throws IOException {
    return peer.startsWith("ours")
        ? region.buffer(offset, WINDOW)
        : channel.map(MapMode.READ_ONLY, offset, WINDOW);
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    region.close();
    file.close();
  }

  /**
   * Loads 8 bytes.
   *
   * @return the bytes
   */
  @Benchmark
  public long load8() {
    long offset = ThreadLocalRandom.current().nextLong(SIZE / Long.BYTES) * Long.BYTES;
    return switch (peer) {
      case "ours buffer" -> region.buffer(offset, Long.BYTES).getLong(0);
      default -> windows[(int) (offset / WINDOW)].getLong((int) (offset % WINDOW));
    };
  }

  /**
   * Copies 4 KiB.
   *
   * @return the bytes
   * @throws IOException if it cannot
   */
  @Benchmark
  public byte[] read4K() throws IOException {
    long offset = ThreadLocalRandom.current().nextLong(SIZE / BLOCK) * BLOCK;
    switch (peer) {
      case "ours buffer" -> region.buffer(offset, BLOCK).get(0, block);
      case "ours read" -> region.read(offset, wrapped.clear());
      default -> windows[(int) (offset / WINDOW)].get((int) (offset % WINDOW), block);
    }
    return block;
  }
}
