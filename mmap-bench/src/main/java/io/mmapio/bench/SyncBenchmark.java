// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
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

/** What does it cost to have what was just stored on stable storage? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class SyncBenchmark {
  private static final int SIZE = 64 << 20;

  /** What was changed and is synced, in KiB: a page, or more. */
  @Param({"4", "1024"})
  public int kib;

  private int length;
  private SideBySide mappings;
  private FileChannel channel;
  private MappedRegion region;
  private ByteBuffer view;
  private MappedByteBuffer mapped;
  private ByteBuffer record;
  private long address;
  private long source;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    length = kib << 10;
    mappings = new SideBySide(SIZE, options -> options);
    channel = mappings.file.channel;
    region = mappings.ours;
    view = region.buffer();
    mapped = mappings.jdk;
    record = ByteBuffer.allocateDirect(length);
    address = mappings.address;
    if (Native.isAvailable()) {
      source = Native.allocate(length);
    }
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    mappings.close();
  }

  /**
   * The limit: msync.
   *
   * @return its result
   */
  @Benchmark
  public int limit() {
    Native.storeRecords(address, source, length, 1);
    return Native.sync(address, length);
  }

  /**
   * Ours.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void ours() throws IOException {
    view.put(0, record, 0, length);
    region.sync(0, length);
  }

  /** MappedByteBuffer.force. */
  @Benchmark
  public void force() {
    mapped.put(0, record, 0, length);
    mapped.force(0, length);
  }

  /**
   * FileChannel.write and force.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void writeAndForce() throws IOException {
    channel.write(record.clear(), 0);
    channel.force(false);
  }
}
