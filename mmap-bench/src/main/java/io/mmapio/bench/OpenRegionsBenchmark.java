// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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

/** How does the cost of a call grow with the number of regions that are open? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class OpenRegionsBenchmark {
  private static final long SIZE = Mmap.pageSize();

  /** How many are open. It stands where other benchmarks have a peer, so it is an axis. */
  @Param({"1", "100", "1000", "10000", "60000"})
  public String peer;

  private final List<MappedRegion> open = new ArrayList<>();
  private BenchFile file;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    for (int i = 0; i < Integer.parseInt(peer); i++) {
      open.add(page());
    }
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    open.forEach(MappedRegion::close);
    file.close();
  }

  /** Each of 60,000 would need a descriptor, which few systems allow. */
  private MappedRegion page() throws IOException {
    return Mmap.file(file.channel).range(0, SIZE).withoutDescriptor().map();
  }

  /**
   * Maps and closes one more.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void mapAndClose() throws IOException {
    page().close();
  }

  /**
   * The same, with a view that is reachable when the region is closed.
   *
   * @return the view
   * @throws IOException if it fails
   */
  @Benchmark
  public ByteBuffer closeWithView() throws IOException {
    try (MappedRegion region = page()) {
      return region.buffer();
    }
  }
}
