// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
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

/** What does it cost to fill an empty, open file, from the first call to the last byte? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(2)
public class FreshFileBenchmark {
  /** A name that {@link Targets} knows. */
  @Param({
    Targets.LIMIT,
    Targets.OURS,
    Targets.POPULATED,
    Targets.EXTENDED,
    Targets.SPARSE,
    Targets.BLOCKS,
    Targets.BLOCKS_HEAP,
    Targets.JDK_BUFFER,
    Targets.JDK_SEGMENT,
    Targets.AGRONA,
    Targets.CHRONICLE,
    Targets.CHANNEL_DIRECT,
    Targets.CHANNEL_HEAP,
    Targets.RANDOM_ACCESS_FILE
  })
  public String peer;

  /** The whole file, in KiB. */
  @Param("262144")
  public long kib;

  /** What is written at a time: bytes in a row, or 8 bytes anywhere. */
  @Param({"8 random", "8", "64", "4096", "65536", "1048576", "16777216"})
  public String record;

  private BenchFile file;

  /**
   * Makes the file, and has the machine give the memory that it will take.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Iteration)
  public void open() throws IOException {
    try (MappedRegion memory = Mmap.anonymous(kib << 10).populate(Prefault.WRITE).map()) {
      assert memory.isOpen();
    }
    file = new BenchFile(0, kib << 10);
  }

  /**
   * Deletes it.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Iteration)
  public void delete() throws IOException {
    file.close();
  }

  /**
   * Allocates, maps, writes, unmaps.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  public void fill() throws IOException {
    try (Target target = Targets.open(peer, file, kib << 10, true)) {
      switch (record) {
        case "8 random" -> random(target);
        case "8" -> words(target);
        default -> records(target, Integer.parseInt(record));
      }
    }
  }

  /** As many words as the file has, anywhere. */
  private static void random(Target target) throws IOException {
    for (long at = 0; at < target.size; at += Target.BATCH) {
      target.storeRandomly(at + 1);
    }
  }

  private static void words(Target target) throws IOException {
    for (long at = 0; at < target.size; at += Target.BATCH) {
      target.storeSequentially(at);
    }
  }

  private static void records(Target target, int length) throws IOException {
    target.prepare(length);
    int count = Math.max(1, Target.BATCH / length);
    for (long at = 0; at < target.size; at += (long) length * count) {
      target.storeRecords(at, length, count);
    }
  }
}
