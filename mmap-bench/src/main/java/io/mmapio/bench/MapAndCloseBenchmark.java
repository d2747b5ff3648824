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
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does it cost to map an open file and to let it go, untouched? */
@State(Scope.Thread)
public class MapAndCloseBenchmark extends NanosecondBenchmark {
  /** What is mapped, in KiB. */
  @Param({"4", "1024", "262144"})
  public long kib;

  private long size;
  private BenchFile file;
  private MapOptions options;
  private int descriptor;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    size = kib << 10;
    file = new BenchFile(size);
    options = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, size);
    descriptor = Native.isAvailable() ? Native.open(file.path.toString()) : -1;
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    if (descriptor >= 0) {
      Native.close(descriptor);
    }
    file.close();
  }

  /** The limit: mmap and munmap. */
  @Benchmark
  public void limit() {
    Native.unmap(Native.map(descriptor, size), size);
  }

  /**
   * Ours, and nobody looked at it.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void ours() throws IOException {
    options.map().close();
  }

  /**
   * Ours, with a view: closing then leaves a tombstone.
   *
   * @return the view
   * @throws IOException if mapping fails
   */
  @Benchmark
  public ByteBuffer oursWithView() throws IOException {
    try (MappedRegion region = options.map()) {
      return region.buffer();
    }
  }

  /**
   * The JDK's, unmapped by force.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void invokeCleaner() throws IOException {
    MappedByteBuffer buffer = file.channel.map(MapMode.READ_WRITE, 0, size);
    BenchFile.unmap(buffer);
  }

  /** The JDK's from 22 on, as safe as ours. */
  @Benchmark
  public void sharedArena() {
    mapAndClose(Segments.sharedArena());
  }

  /** The JDK's from 22 on, for one thread. */
  @Benchmark
  public void confinedArena() {
    mapAndClose(Segments.confinedArena());
  }

  private void mapAndClose(AutoCloseable arena) {
    Segments.map(file.channel, size, arena);
    Segments.close(arena);
  }
}
