// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Is a view of ours as fast as a MappedByteBuffer of the JDK, 8 bytes at a time? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class AccessBenchmark {
  private static final int SIZE = 16 << 20;
  private static final int COUNT = SIZE / Long.BYTES;

  /** Whose mapping. */
  @Param({"ours", "FileChannel"})
  public String mapping;

  private BenchFile file;
  private MappedRegion region;
  private ByteBuffer bytes;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    region = Mmap.file(file.channel).access(Access.READ_WRITE).map();
    ByteBuffer view =
        mapping.equals("ours") ? region.buffer() : file.channel.map(MapMode.READ_WRITE, 0, SIZE);
    bytes = view.order(ByteOrder.nativeOrder());
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
   * Reads from the first to the last.
   *
   * @return the sum
   */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long readSequentially() {
    ByteBuffer from = bytes;
    long sum = 0;
    for (int at = 0; at < SIZE; at += Long.BYTES) {
      sum += from.getLong(at);
    }
    return sum;
  }

  /** Writes from the first to the last. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void writeSequentially() {
    ByteBuffer to = bytes;
    for (int at = 0; at < SIZE; at += Long.BYTES) {
      to.putLong(at, at);
    }
  }

  /**
   * Reads here and there.
   *
   * @return the sum
   */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public long readRandomly() {
    ByteBuffer from = bytes;
    long sum = 0;
    int random = 1;
    for (int i = 0; i < COUNT; i++) {
      random = random * 1_664_525 + 1_013_904_223; // Knuth's, every 2^32 values once
      sum += from.getLong((random >>> 8) % COUNT * Long.BYTES);
    }
    return sum;
  }

  /** Writes here and there. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public void writeRandomly() {
    ByteBuffer to = bytes;
    int random = 1;
    for (int i = 0; i < COUNT; i++) {
      random = random * 1_664_525 + 1_013_904_223;
      to.putLong((random >>> 8) % COUNT * Long.BYTES, i);
    }
  }
}
