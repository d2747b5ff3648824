// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What do advise and incore cost, for a page and for 1 GiB that is in memory and mapped? */
@State(Scope.Thread)
public class CallBenchmark extends NanosecondBenchmark {
  /** What is asked about, in KiB. */
  @Param({"4", "1048576"})
  public long kib;

  private long length;
  private SideBySide mappings;
  private MappedRegion region;
  private MappedByteBuffer mapped;
  private long address;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    length = kib << 10;
    mappings = new SideBySide(length, options -> options.populate(Prefault.READ));
    region = mappings.ours;
    mapped = mappings.jdk;
    mapped.load();
    address = mappings.address;
    if (Native.isAvailable()) {
      for (long at = 0; at < length; at += Mmap.pageSize()) {
        Native.loadRandomly(address + at, 1, 1, 1);
      }
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
   * The limit: madvise.
   *
   * @return its result
   */
  @Benchmark
  public int adviseLimit() {
    return Native.normal(address, length);
  }

  /**
   * Ours.
   *
   * @return its outcome
   * @throws IOException if it fails
   */
  @Benchmark
  public AdviceOutcome adviseOurs() throws IOException {
    return region.advise(Advice.NORMAL);
  }

  /**
   * The limit: mincore, in pieces as ours, counting.
   *
   * @return resident pages
   */
  @Benchmark
  public long incoreLimit() {
    return Native.resident(address, length, (int) Mmap.pageSize());
  }

  /**
   * Ours.
   *
   * @return resident pages
   * @throws IOException if it fails
   */
  @Benchmark
  public long incoreOurs() throws IOException {
    return region.incore().resident();
  }

  /**
   * The JDK's, which answers yes or no.
   *
   * @return whether all is resident
   */
  @Benchmark
  public boolean isLoaded() {
    return mapped.isLoaded();
  }
}
