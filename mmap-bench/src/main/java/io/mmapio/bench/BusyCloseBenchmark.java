// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
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

/** How long does closing take while other threads compute: whom does it wait for? */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class BusyCloseBenchmark {
  private static final int SIZE = 1 << 20;

  /** The others. */
  @State(Scope.Benchmark)
  public static class Others {
    /** How many there are. */
    @Param({"0", "8"})
    public int busy;

    /** Where they leave their results, or the compiler would leave out their work. */
    public volatile long sink;

    BenchFile file;
    private Thread[] threads;
    private volatile boolean ended;

    /**
     * Has them begin.
     *
     * @throws IOException if there cannot be a file
     */
    @Setup(Level.Trial)
    public void start() throws IOException {
      file = new BenchFile(SIZE);
      threads = new Thread[busy];
      for (int i = 0; i < busy; i++) {
        threads[i] = new Thread(this::compute, "busy " + i);
        threads[i].start();
      }
    }

    /**
     * Has them end.
     *
     * @throws Exception if it cannot
     */
    @TearDown(Level.Trial)
    public void end() throws Exception {
      ended = true;
      for (Thread thread : threads) {
        thread.join();
      }
      file.close();
    }

    private void compute() {
      long sum = 1;
      while (!ended) {
        for (int i = 0; i < 10_000; i++) {
          sum = Target.next(sum);
        }
        sink = sum;
      }
    }
  }

  /** One of ours, with a view. */
  @State(Scope.Thread)
  public static class Ours {
    MappedRegion region;
    ByteBuffer view;

    /**
     * Maps.
     *
     * @param others have the file
     * @throws IOException if it cannot
     */
    @Setup(Level.Invocation)
    public void map(Others others) throws IOException {
      region = Mmap.file(others.file.channel).access(Access.READ_WRITE).range(0, SIZE).map();
      view = region.buffer();
    }
  }

  /** One of the JDK's. */
  @State(Scope.Thread)
  public static class Shared {
    AutoCloseable arena;

    /**
     * Maps.
     *
     * @param others have the file
     */
    @Setup(Level.Invocation)
    public void map(Others others) {
      arena = Segments.sharedArena();
      Segments.map(others.file.channel, SIZE, arena);
    }
  }

  /**
   * Ours.
   *
   * @param ours is closed
   * @param others are not waited for
   * @return a view that is still there
   */
  @Benchmark
  public ByteBuffer ours(Ours ours, Others others) {
    ours.region.close();
    return ours.view;
  }

  /**
   * The JDK's from 22 on.
   *
   * @param shared is closed
   * @param others have to answer
   */
  @Benchmark
  public void sharedArena(Shared shared, Others others) {
    Segments.close(shared.arena);
  }
}
