// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What does it cost to map 1 MiB of an open file and to let it go, untouched? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class MapAndCloseBenchmark {
  private static final int SIZE = 1 << 20;

  private BenchFile file;
  private MapOptions options;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    options = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, SIZE);
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    file.close();
  }

  /**
   * Ours, and nobody looked at it.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void ours() throws IOException {
    options.map().close();
  }

  /**
   * Ours, with a view: closing then leaves a tombstone.
   *
   * @return the view
   * @throws IOException if mapping fails
   */
  @Benchmark
  public ByteBuffer oursWithView() throws IOException {
    try (MappedRegion region = options.map()) {
      return region.buffer();
    }
  }

  /**
   * The JDK's, unmapped by force.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void fileChannelAndInvokeCleaner() throws IOException {
    MappedByteBuffer buffer = file.channel.map(MapMode.READ_WRITE, 0, SIZE);
    BenchFile.unmap(buffer);
  }
}
