// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

/** Does it take half the time if two threads store to the pages of a new file? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 7)
@Fork(2)
public class FaultThreadsBenchmark {
  private static final int SIZE = 256 << 20;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());

  /** How many threads. It stands where other benchmarks have a peer, so it is an axis. */
  @Param({"1", "2"})
  public String peer;

  private ExecutorService threads;
  private BenchFile file;
  private MappedRegion region;

  /**
   * Makes an empty file, with its storage, and maps it.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    threads = Executors.newFixedThreadPool(Integer.parseInt(peer));
    file = new BenchFile(0, SIZE);
    region = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, SIZE).extend().map();
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Iteration)
  public void close() throws IOException {
    threads.shutdown();
    region.close();
    file.close();
  }

  /**
   * Stores to each page.
   *
   * @throws InterruptedException if this is interrupted
   * @throws ExecutionException if a thread fails
   */
  @Benchmark
  public void touch() throws InterruptedException, ExecutionException {
    int count = Integer.parseInt(peer);
    List<Callable<Boolean>> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int from = SIZE / count * i;
      parts.add(() -> touch(from, from + SIZE / count));
    }
    for (Future<Boolean> part : threads.invokeAll(parts)) {
      part.get();
    }
  }

  private boolean touch(int from, int to) {
    var view = region.buffer();
    for (int at = from; at < to; at += PAGE) {
      view.put(at, (byte) 1);
    }
    return true;
  }
}
