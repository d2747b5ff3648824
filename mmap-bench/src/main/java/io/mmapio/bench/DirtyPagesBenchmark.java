// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
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

/** What does it cost to change one page in a hundred of 1 GiB, anywhere, and make that durable? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(2)
public class DirtyPagesBenchmark {
  private static final int SIZE = 1 << 30;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());
  private static final int CHANGED = SIZE / PAGE / 100;

  /** The way to write. */
  @Param({"FileChannel.write", "FileChannel.map", "ours", "ours write"})
  public String peer;

  private BenchFile file;
  private MappedRegion region;
  private ByteBuffer view;
  private MappedByteBuffer mapped;
  private ByteBuffer page;
  private long seed = 88_172_645_463_325_252L;

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
    mapped = file.channel.map(MapMode.READ_WRITE, 0, SIZE);
    page = ByteBuffer.allocateDirect(PAGE);
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    region.close();
    BenchFile.unmap(mapped);
    file.close();
  }

  /**
   * Changes pages, and waits until they are on the disk.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void changeAndSync() throws IOException {
    for (int i = 0; i < CHANGED; i++) {
      seed = Target.next(seed);
      put(Target.word(seed, SIZE / PAGE) * PAGE);
    }
    switch (peer) {
      case "FileChannel.write" -> file.channel.force(false);
      case "FileChannel.map" -> mapped.force();
      default -> region.sync();
    }
  }

  private void put(long offset) throws IOException {
    page.clear();
    switch (peer) {
      case "FileChannel.write" -> file.channel.write(page, offset);
      case "FileChannel.map" -> mapped.put((int) offset, page, 0, PAGE);
      case "ours write" -> region.write(offset, page);
      default -> view.put((int) offset, page, 0, PAGE);
    }
  }
}
