// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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

/** Values of 256 bytes from anywhere in memory, while three other processes do the same. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class CacheBenchmark {
  private static final int OTHERS = 3;

  /** The store. */
  @Param({Store.OURS, Store.FILE, Store.MVSTORE, Store.LMDB})
  public String peer;

  private final byte[] value = new byte[Store.LENGTH];
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<Process> others = new ArrayList<>();
  private Path directory;
  private Store store;

  /**
   * Fills the store, and starts the other processes.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory("mmap-bench");
    Store.fill(peer, directory);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Reader.class.getName(),
            peer,
            directory.toString()));
    for (int i = 0; i < OTHERS; i++) {
      Process other = new ProcessBuilder(command).redirectErrorStream(true).start();
      others.add(other);
      if (other.getInputStream().read() != Reader.READY) {
        throw new IllegalStateException("another process did not start: " + command);
      }
    }
    store = Store.open(peer, directory);
  }

  /**
   * One value.
   *
   * @return its first byte
   * @throws IOException if it fails
   */
  @Benchmark
  public byte get() throws IOException {
    store.get(random.nextInt(Store.KEYS), value);
    return value[0];
  }

  /**
   * Ends the others, and deletes the store.
   *
   * @throws Exception if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    for (Process other : others) {
      if (!other.isAlive()) {
        throw new IllegalStateException("another process ended with " + other.exitValue());
      }
      other.destroyForcibly().waitFor();
    }
    store.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** Another process: reads until it is ended. */
  static final class Reader {
    static final int READY = '!';

    private Reader() {}

    /** Arguments: the store and its directory. */
    public static void main(String[] arguments) throws IOException {
      byte[] value = new byte[Store.LENGTH];
      SplittableRandom random = new SplittableRandom(ProcessHandle.current().pid());
      try (Store store = Store.open(arguments[0], Path.of(arguments[1]))) {
        for (long count = 0; ; count++) {
          store.get(random.nextInt(Store.KEYS), value);
          if (count == Store.KEYS) {
            System.out.print((char) READY);
            System.out.flush();
          }
        }
      }
    }
  }
}
