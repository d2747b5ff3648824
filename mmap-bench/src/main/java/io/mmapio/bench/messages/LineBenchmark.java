// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import io.mmapio.bench.messages.Line.End;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A line to another process that is started for the benchmark. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public abstract class LineBenchmark {
  private final int length;
  private final int every;
  private Path directory;
  private Process other;
  private Line line;
  private long count;

  /**
   * Of messages.
   *
   * @param length of each, in bytes
   * @param every how many get one answer
   */
  LineBenchmark(int length, int every) {
    this.length = length;
    this.every = every;
  }

  /** The name of the line. */
  abstract String peer();

  /**
   * Starts the other process.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    directory = Files.createTempDirectory(memory(), "mmap-bench");
    if (peer().equals(Lines.PIPE)) {
      ChannelLine.makePipes(directory);
    }
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            Answerer.class.getName(),
            peer(),
            directory.toString(),
            Integer.toString(length),
            Integer.toString(every)));
    Thread starting = new Thread(() -> start(command));
    starting.start(); // to open some lines waits for the other process
    line = Lines.open(peer(), directory, End.CALLER, length);
    try {
      starting.join();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void start(List<String> command) {
    try {
      // A socket or a driver has to be there first.
      Path needed = directory.resolve(peer().equals(Lines.SOCKET) ? "socket" : "aeron/cnc.dat");
      boolean waits = peer().equals(Lines.SOCKET) || peer().equals(Lines.AERON);
      while (waits && !Files.exists(needed)) {
        Thread.onSpinWait();
      }
      other = new ProcessBuilder(command).inheritIO().start();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Where there is no disk, if there is such a place: Aeron and Chronicle want it, too. */
  private static Path memory() {
    Path memory = Path.of("/dev/shm");
    return Files.isDirectory(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Sends a message for each of a batch, and waits for the answer to the last. */
  final long batch() throws IOException {
    for (int i = 0; i < every; i++) {
      line.send(++count);
    }
    return line.receive();
  }

  /**
   * Ends the other process.
   *
   * @throws Exception if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws Exception {
    line.send(Answerer.STOP);
    if (other.waitFor() != 0) {
      throw new IllegalStateException("the other process ended with " + other.exitValue());
    }
    line.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
