// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.util.concurrent.ThreadLocalRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * What does a window of 4 KiB cost, anywhere in 64 MiB? The slice of a MappedByteBuffer is what
 * there is to compare it with. The buffer is handed to JMH, so that it has to be made.
 */
public class WindowBenchmark extends NanosecondBenchmark {
  private static final int SIZE = 64 << 20;
  private static final int WINDOW = 4 << 10;

  /** The file and its mappings, shared by the threads. */
  @State(Scope.Benchmark)
  public static class Mapped {
    /** What the windows are taken from. */
    @Param({"read-write", "guarded", "read-only"})
    public String region;

    private BenchFile file;
    private MappedRegion ours;
    private MappedByteBuffer jdk;

    /**
     * Opens.
     *
     * @throws IOException if it cannot
     */
    @Setup(Level.Trial)
    public void open() throws IOException {
      file = new BenchFile(SIZE);
      boolean readOnly = region.equals("read-only");
      MapOptions options =
          Mmap.file(file.channel).access(readOnly ? Access.READ_ONLY : Access.READ_WRITE);
      ours = (region.equals("guarded") ? options.guarded() : options).map();
      jdk = file.channel.map(readOnly ? MapMode.READ_ONLY : MapMode.READ_WRITE, 0, SIZE);
    }

    /**
     * Closes.
     *
     * @throws IOException if it cannot
     */
    @TearDown(Level.Trial)
    public void close() throws IOException {
      ours.close();
      BenchFile.unmap(jdk);
      file.close();
    }
  }

  /** Where the next window of a thread begins. */
  @State(Scope.Thread)
  public static class Offsets {
    private int seed = ThreadLocalRandom.current().nextInt();

    int next() {
      seed = seed * 1_103_515_245 + 12_345;
      return (seed >>> 6) % (SIZE - WINDOW);
    }
  }

  /**
   * Ours.
   *
   * @param mapped the region
   * @param offsets of this thread
   * @return a window
   */
  @Benchmark
  public ByteBuffer ours(Mapped mapped, Offsets offsets) {
    return mapped.ours.buffer(offsets.next(), WINDOW);
  }

  /**
   * The JDK's.
   *
   * @param mapped the buffer
   * @param offsets of this thread
   * @return a slice
   */
  @Benchmark
  public ByteBuffer slice(Mapped mapped, Offsets offsets) {
    return mapped.jdk.slice(offsets.next(), WINDOW);
  }

  /**
   * Ours, in two threads.
   *
   * @param mapped the region
   * @param offsets of this thread
   * @return a window
   */
  @Benchmark
  @Threads(2)
  public ByteBuffer oursTwice(Mapped mapped, Offsets offsets) {
    return mapped.ours.buffer(offsets.next(), WINDOW);
  }

  /**
   * The JDK's, in two threads.
   *
   * @param mapped the buffer
   * @param offsets of this thread
   * @return a slice
   */
  @Benchmark
  @Threads(2)
  public ByteBuffer sliceTwice(Mapped mapped, Offsets offsets) {
    return mapped.jdk.slice(offsets.next(), WINDOW);
  }
}
