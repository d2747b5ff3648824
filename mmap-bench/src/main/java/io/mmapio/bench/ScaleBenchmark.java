// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * How does the cost of a call grow with the size of the region? The file is sparse, and one page of
 * it is in memory.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class ScaleBenchmark {
  private static final long PAGE = Mmap.pageSize();

  /** The size of the region. It stands where other benchmarks have a peer, so it is an axis. */
  @Param({"4 KiB", "64 KiB", "1 MiB", "16 MiB", "256 MiB", "4 GiB", "64 GiB"})
  public String peer;

  private BenchFile file;
  private MapOptions options;
  private MappedRegion region;
  private long size;
  private long middle;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    String[] words = peer.split(" ", -1);
    int unit =
        switch (words[1]) {
          case "KiB" -> 10;
          case "MiB" -> 20;
          default -> 30;
        };
    size = Long.parseLong(words[0]) << unit;
    middle = size / 2 / PAGE * PAGE;
    file = new BenchFile(0, 0);
    options = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, size);
    region = options.sparse().capacity(size + PAGE).advise(Advice.RANDOM).map();
    region.buffer(middle, 1).put(0, (byte) 1);
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
   * Maps and closes.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void mapAndClose() throws IOException {
    options.map().close();
  }

  /**
   * The same, with a view that is reachable when the region is closed.
   *
   * @return the view
   * @throws IOException if it fails
   */
  @Benchmark
  public ByteBuffer closeWithView() throws IOException {
    try (MappedRegion mapped = options.map()) {
      return mapped.buffer(middle, 1);
    }
  }

  /**
   * The same, and the first touch of the page that is in memory.
   *
   * @return its first byte
   * @throws IOException if it fails
   */
  @Benchmark
  public byte firstTouch() throws IOException {
    try (MappedRegion mapped = options.map()) {
      return mapped.buffer(middle, 1).get(0);
    }
  }

  /**
   * Changes the page, and syncs the whole region.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void syncOnePage() throws IOException {
    region.buffer(middle, 1).put(0, (byte) 2);
    region.sync();
  }

  /**
   * Asks which pages of the whole region are in memory.
   *
   * @return how many
   * @throws IOException if it fails
   */
  @Benchmark
  public long incore() throws IOException {
    return region.incore().resident();
  }

  /**
   * Grows by a page, and shrinks.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void growAndShrink() throws IOException {
    region.grow(size + PAGE);
    region.shrink(size);
  }
}
