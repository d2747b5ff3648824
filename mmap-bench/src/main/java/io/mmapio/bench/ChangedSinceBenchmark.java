// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.ChangeMark;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
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
 * What does it cost to find the pages of 1 GiB that have changed, in memory? By marks, or as backup
 * programs do: by comparing with the copy, or by a checksum of each page. And what do marks cost
 * the stores?
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 10)
@Fork(2)
public class ChangedSinceBenchmark {
  private static final int SIZE = 1 << 30;
  private static final int PAGE = Math.toIntExact(Mmap.pageSize());
  private static final int PAGES = SIZE / PAGE;

  /** The way to find them; the last one finds nothing, and has no marks. */
  @Param({"marks", "compare", "checksums", "none"})
  public String peer;

  /** How many pages have changed. */
  @Param({"16", "1024", "65536"})
  public int changed;

  private BenchFile file;
  private BenchFile copy;
  private MappedRegion region;
  private MappedRegion other;
  private ByteBuffer view;
  private ByteBuffer compared;
  private final int[] sums = new int[PAGES];
  private ChangeMark mark;
  private byte value;

  /**
   * Opens both files, which are in memory.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE, SIZE + 1L);
    copy = new BenchFile(SIZE, SIZE + 1L);
    region = Mmap.file(file.channel).access(Access.READ_WRITE).map();
    other = Mmap.file(copy.channel).access(Access.READ_WRITE).map();
    view = region.buffer();
    compared = other.buffer();
    for (int at = 0; at < SIZE; at += PAGE) {
      view.put(at, (byte) 0);
    }
    byChecksums();
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    region.close();
    other.close();
    file.close();
    copy.close();
  }

  /**
   * Changes pages.
   *
   * @throws IOException if it fails
   */
  @Setup(Level.Invocation)
  public void change() throws IOException {
    if (peer.equals("marks")) {
      mark = region.mark();
    }
    store();
  }

  private void store() {
    value++;
    for (int i = 0; i < changed; i++) {
      view.put(i * (PAGES / changed) * PAGE + 99, value);
    }
  }

  /**
   * Finds them.
   *
   * @return how many there are
   * @throws IOException if it fails
   */
  @Benchmark
  public long find() throws IOException {
    return switch (peer) {
      case "marks" -> byMarks();
      case "compare" -> byComparing();
      case "checksums" -> byChecksums();
      default -> 0;
    };
  }

  /**
   * Sets a mark, which a backup does, too.
   *
   * @return the mark
   * @throws IOException if it fails
   */
  @Benchmark
  public Object mark() throws IOException {
    return peer.equals("marks") ? region.mark() : this;
  }

  /** Stores to the pages again: each is the first store since a mark, if there are marks. */
  @Benchmark
  public void storeAgain() throws IOException {
    store();
  }

  /**
   * Sets a mark and stores to the pages.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void markAndStore() throws IOException {
    mark();
    store();
  }

  private long byMarks() throws IOException {
    long pages = 0;
    for (ByteRange range : region.changedSince(mark)) {
      pages += range.length() / PAGE;
    }
    return pages;
  }

  private long byComparing() {
    long pages = 0;
    for (int at = 0; at < SIZE; at += PAGE) {
      if (!view.slice(at, PAGE).equals(compared.slice(at, PAGE))) {
        compared.put(at, view, at, PAGE);
        pages++;
      }
    }
    return pages;
  }

  private long byChecksums() {
    long pages = 0;
    CRC32C sum = new CRC32C();
    for (int page = 0; page < PAGES; page++) {
      sum.reset();
      sum.update(view.slice(page * PAGE, PAGE));
      if (sums[page] != (int) sum.getValue()) {
        sums[page] = (int) sum.getValue();
        pages++;
      }
    }
    return pages;
  }
}
