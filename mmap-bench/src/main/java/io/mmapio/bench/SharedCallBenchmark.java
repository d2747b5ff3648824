// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.CheckedAccess;
import io.mmapio.MappedRegion;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** What does a small call cost, and what if two threads make it on one region? */
@State(Scope.Benchmark)
public class SharedCallBenchmark extends NanosecondBenchmark {
  private static final long SIZE = 1 << 20;

  private SideBySide mappings;
  private MappedRegion region;
  private CheckedAccess checked;
  private long address;

  /** Where a thread reads to. */
  @State(Scope.Thread)
  public static class Target {
    private final ByteBuffer heap = ByteBuffer.allocate(Long.BYTES);
    private final long memory = Native.isAvailable() ? Native.allocate(Long.BYTES) : 0;
  }

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    mappings = new SideBySide(SIZE, options -> options.populate(Prefault.READ));
    region = mappings.ours;
    checked = region.checked();
    address = mappings.address;
    if (Native.isAvailable()) {
      Native.loadRandomly(address, SIZE / Long.BYTES, 1000, 1);
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
   * Advice for a page.
   *
   * @return its outcome
   * @throws IOException if it fails
   */
  @Benchmark
  public AdviceOutcome adviseOurs() throws IOException {
    return region.advise(0, 1, Advice.NORMAL);
  }

  /**
   * The same in two threads.
   *
   * @return its outcome
   * @throws IOException if it fails
   */
  @Benchmark
  @Threads(2)
  public AdviceOutcome adviseOursTwice() throws IOException {
    return region.advise(0, 1, Advice.NORMAL);
  }

  /**
   * The limit: madvise.
   *
   * @return its result
   */
  @Benchmark
  public int adviseLimit() {
    return Native.normal(address, 1);
  }

  /**
   * The same in two threads.
   *
   * @return its result
   */
  @Benchmark
  @Threads(2)
  public int adviseLimitTwice() {
    return Native.normal(address, 1);
  }

  /**
   * Eight bytes without a fault.
   *
   * @param target for them
   * @return it
   * @throws IOException if it fails
   */
  @Benchmark
  public ByteBuffer readOurs(Target target) throws IOException {
    checked.read(8, target.heap.clear());
    return target.heap;
  }

  /**
   * The same in two threads.
   *
   * @param target for them
   * @return it
   * @throws IOException if it fails
   */
  @Benchmark
  @Threads(2)
  public ByteBuffer readOursTwice(Target target) throws IOException {
    checked.read(8, target.heap.clear());
    return target.heap;
  }

  /**
   * The limit: process_vm_readv of this process.
   *
   * @param target for them
   * @return how many bytes
   */
  @Benchmark
  public long readLimit(Target target) {
    return Native.readChecked(target.memory, address + 8, Long.BYTES);
  }

  /**
   * The same in two threads.
   *
   * @param target for them
   * @return how many bytes
   */
  @Benchmark
  @Threads(2)
  public long readLimitTwice(Target target) {
    return Native.readChecked(target.memory, address + 8, Long.BYTES);
  }
}
