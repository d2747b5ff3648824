// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
 * Some random pages of 256 MiB are changed and committed, durably. The time includes the
 * checkpoints that each store makes now and then, with its own defaults.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 8, time = 2)
@Fork(2)
public class CommitBenchmark {
  /** The store. */
  @Param({PageStore.OURS, PageStore.SQLITE, PageStore.LMDB})
  public String peer;

  /** Pages in a commit. */
  @Param({"1", "16", "1024"})
  public int pages;

  private final byte[] value = new byte[PageStore.LENGTH];
  private final SplittableRandom random = new SplittableRandom(1);
  private Path directory;
  private PageStore store;

  /**
   * Fills the store.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("mmap-bench");
    store = PageStore.open(peer, directory);
  }

  /**
   * One commit.
   *
   * @throws IOException if it fails
   */
  @Benchmark
  public void commit() throws IOException {
    for (int i = 0; i < pages; i++) {
      value[i % value.length]++;
      store.put(random.nextInt(PageStore.PAGES), value);
    }
    store.commit();
  }

  /**
   * Deletes the store.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
