// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
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
 * What does it cost to make a warm mapping of 64 MiB twice as large and to touch the old part
 * again? Reading it costs whoever maps anew little where the page cache has huge pages; writing has
 * the file system dirty each page once more. The file has its storage from the start: only mapping
 * is measured.
 *
 * <p>A single shot is some hundred microseconds, long beside the clock, and each needs a fresh warm
 * mapping, made between two shots.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 50)
@Measurement(iterations = 100)
@Fork(3)
public class GrowBenchmark {
  private static final int OLD = 64 << 20;
  private static final int NEW = 128 << 20;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());
  private static final String WRITING = "writing";

  /** How the old part is touched. */
  @Param({"reading", WRITING})
  public String touch;

  private BenchFile file;
  private MappedRegion region;
  private ByteBuffer mapped;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(NEW);
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
   * Maps and touches the old part.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Iteration)
  public void warm() throws IOException {
    region = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, OLD).capacity(NEW).map();
    touch(region.buffer());
    mapped = file.channel.map(MapMode.READ_WRITE, 0, OLD);
    touch(mapped);
  }

  /** Lets go of what the shot left. */
  @TearDown(Level.Iteration)
  public void release() {
    region.close();
    BenchFile.unmap(mapped);
  }

  private int touch(ByteBuffer view) {
    if (touch.equals(WRITING)) {
      return write(view);
    }
    int sum = 0;
    for (int at = 0; at < OLD; at += PAGE) {
      sum += view.get(at);
    }
    return sum;
  }

  private static int write(ByteBuffer view) {
    for (int at = 0; at < OLD; at += PAGE) {
      view.put(at, (byte) at);
    }
    return OLD;
  }

  /**
   * Grows in place.
   *
   * @return what was read
   * @throws IOException if it cannot
   */
  @Benchmark
  public int oursGrow() throws IOException {
    region.grow(NEW);
    return touch(region.buffer());
  }

  /**
   * Closes and maps anew.
   *
   * @return what was read
   * @throws IOException if it cannot
   */
  @Benchmark
  public int oursCloseAndMap() throws IOException {
    region.close();
    region = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, NEW).map();
    return touch(region.buffer());
  }

  /**
   * Unmaps as libraries do, and maps anew.
   *
   * @return what was read
   * @throws IOException if it cannot
   */
  @Benchmark
  public int fileChannelUnmapAndMap() throws IOException {
    BenchFile.unmap(mapped);
    mapped = file.channel.map(MapMode.READ_WRITE, 0, NEW);
    return touch(mapped);
  }
}
