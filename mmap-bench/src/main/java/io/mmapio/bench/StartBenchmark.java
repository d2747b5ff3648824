// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
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

/** What does it cost to start a JVM that maps a file, reads a byte and ends? */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 15)
@Fork(1)
public class StartBenchmark {
  /** How the program maps. */
  @Param({"FileChannel.map", "ours"})
  public String peer;

  /** Which jars the class path has: those of the library and this class, or all of the bench. */
  @Param({"library", "60"})
  public String jars;

  private BenchFile file;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(4096);
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    file.close();
  }

  /**
   * The whole process.
   *
   * @throws IOException if it fails
   * @throws InterruptedException if this is interrupted
   */
  @Benchmark
  public void start() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                classPath(),
                Program.class.getName(),
                peer,
                file.path.toString())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.DISCARD)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("the program ended with " + process.exitValue());
    }
  }

  private String classPath() {
    String all = System.getProperty("java.class.path");
    return jars.equals("library")
        ? Stream.of(all.split(File.pathSeparator, -1))
            .filter(entry -> entry.matches(".*mmap-(api|native|bench)[^/]*([/]target[/]classes)?"))
            .collect(Collectors.joining(File.pathSeparator))
        : all;
  }

  /** Maps a file and reads a byte. */
  static final class Program {
    private Program() {}

    /**
     * Runs it.
     *
     * @param arguments how, and the file
     * @throws IOException if it fails
     */
    public static void main(String[] arguments) throws IOException {
      Path path = Path.of(arguments[1]);
      if (arguments[0].equals("ours")) {
        try (MappedRegion region = Mmap.map(path)) {
          System.out.println(region.buffer().get(0));
        }
      } else {
        try (FileChannel channel = FileChannel.open(path)) {
          System.out.println(channel.map(MapMode.READ_ONLY, 0, channel.size()).get(0));
        }
      }
    }
  }
}
