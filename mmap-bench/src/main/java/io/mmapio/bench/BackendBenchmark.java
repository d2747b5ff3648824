// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What do calls cost by the foreign function API, beside JNI? A JVM has one backend, so each is
 * measured in JVMs of its own.
 */
@State(Scope.Thread)
public class BackendBenchmark extends NanosecondBenchmark {
  private static final long LARGE = 64 << 20;

  /** The name of the backend. */
  @Param({"bundled", "ffm"})
  public String backend;

  private BenchFile file;
  private MapOptions options;
  private MappedRegion page;
  private MappedRegion large;

  /** Whether the backend in Java can be measured. */
  static boolean isAvailable() {
    return BackendBenchmark.class.getResource("/io/mmapio/ffm/constants.txt") != null;
  }

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    System.setProperty("io.mmapio.backend", backend);
    if (!Mmap.backend().name().equals(backend)) {
      throw new IllegalStateException("this JVM uses " + Mmap.backend());
    }
    file = new BenchFile(LARGE);
    options = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, Mmap.pageSize());
    page = options.populate(Prefault.READ).map();
    large = Mmap.file(file.channel).populate(Prefault.READ).map();
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    page.close();
    large.close();
    file.close();
  }

  /**
   * Advice for one page.
   *
   * @return its outcome
   * @throws IOException if it fails
   */
  @Benchmark
  public AdviceOutcome advise() throws IOException {
    return page.advise(Advice.NORMAL);
  }

  /**
   * One page.
   *
   * @return resident pages
   * @throws IOException if it fails
   */
  @Benchmark
  public long incore() throws IOException {
    return page.incore().resident();
  }

  /**
   * 64 MiB.
   *
   * @return resident pages
   * @throws IOException if it fails
   */
  @Benchmark
  public long incoreLarge() throws IOException {
    return large.incore().resident();
  }

  /**
   * A page of an open file, with a view.
   *
   * @return the byte of the view
   * @throws IOException if mapping fails
   */
  @Benchmark
  public byte mapViewAndClose() throws IOException {
    try (MappedRegion region = options.map()) {
      return region.buffer().get(0);
    }
  }

  /**
   * The same without a view.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void mapAndClose() throws IOException {
    options.map().close();
  }
}
