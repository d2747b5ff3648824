// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does it cost to ask whether a range is resident, beside one mincore of the same range? */
@State(Scope.Thread)
public class ResidentBenchmark extends NanosecondBenchmark {
  private static final long CLEAR = 2 << 20; // pages of the file cache are not larger

  /** What is asked about, in KiB. */
  @Param({"4", "64", "2048", "65536"})
  public long kib;

  /** The page that is not resident. */
  @Param({"none", "first", "last"})
  public String absent;

  private BenchFile file;
  private MappedRegion region;
  private long offset;
  private long length;
  private long address;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    length = kib << 10;
    file = new BenchFile(length + 2 * CLEAR);
    region = Mmap.map(file.path, Access.READ_WRITE);
    long gap =
        switch (absent) {
          case "first" -> CLEAR;
          case "last" -> CLEAR + length - Mmap.pageSize();
          default -> -1;
        };
    offset = CLEAR;
    address = region.address() + offset;
    region.pages().evict();
    for (long at = offset; at < offset + length; at += Mmap.pageSize()) {
      if (at != gap) {
        region.fetch(at, Mmap.pageSize());
      }
    }
    if (region.isResident(offset, length) != absent.equals("none")) {
      throw new IllegalStateException("the pages are not as they should be");
    }
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    region.close();
    file.close();
  }

  /**
   * The limit: mincore, whose answer nobody looks at.
   *
   * @return its result
   */
  @Benchmark
  public int limit() {
    return Native.mincore(address, length);
  }

  /**
   * Ours.
   *
   * @return whether all is resident
   * @throws IOException if it fails
   */
  @Benchmark
  public boolean ours() throws IOException {
    return region.isResident(offset, length);
  }
}
