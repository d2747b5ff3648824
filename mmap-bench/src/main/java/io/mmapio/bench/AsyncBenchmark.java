// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * Writes 256 MiB through a mapping and has it durable at the end: what does write-back that was
 * started on the way save?
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(3)
public class AsyncBenchmark {
  private static final int SIZE = 256 << 20;
  private static final int STEP = 8 << 20;

  /** Whether write-back is started after each 8 MiB. */
  @Param({"true", "false"})
  public boolean async;

  private BenchFile file;
  private MappedRegion region;
  private ByteBuffer view;
  private byte[] record;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    region = Mmap.file(file.channel).access(Access.READ_WRITE).map();
    view = region.buffer();
    record = new byte[STEP];
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

  /** The last call alone. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Last {
    /** In microseconds. */
    public long last;
  }

  /**
   * Writes all, and syncs.
   *
   * @param last is told how long the last call took
   * @throws IOException if it fails
   */
  @Benchmark
  public void whole(Last last) throws IOException {
    for (int at = 0; at < SIZE; at += STEP) {
      view.put(at, record);
      if (async) {
        region.sync(at, STEP, SyncMode.ASYNC);
      }
    }
    long start = System.nanoTime();
    region.sync();
    last.last = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start);
  }
}
