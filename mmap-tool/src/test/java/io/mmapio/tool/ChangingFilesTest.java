// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands over files that become shorter, longer and vanish all the time. */
@NullUnmarked // JUnit fills in what tests start with
final class ChangingFilesTest {
  private static final int FILES = 40;
  private static final int RUNS = 3;

  /** Enough for a command to have looked at a file before it changes. */
  private static final int LONG = 600;

  /** More than is mapped at a time. */
  private static final long LARGE = 200L << 30;

  @TempDir Path directory;
  private final AtomicLong changes = new AtomicLong();
  private volatile boolean ended;
  private Thread changing;

  @BeforeEach
  void onLinux() throws IOException {
    Samples.assumeEvicts(directory);
  }

  private void start() throws IOException {
    List<Path> files = new ArrayList<>();
    for (int i = 0; i < FILES; i++) {
      files.add(Samples.file(directory.resolve("files/d" + i % 4 + "/f" + i), LONG));
    }
    Files.createDirectories(directory.resolve("elsewhere"));
    changing = new Thread(() -> change(files), "changing");
    changing.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    ended = true;
    if (changing != null) {
      changing.join();
    }
  }

  private void change(List<Path> files) {
    try {
      while (!ended) {
        for (Path file : files) {
          change(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves no dirty page behind: those would rightly not be evicted. */
  private void change(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(changes.get() % 5 == 0 ? 0 : Samples.PAGE);
      file.setLength((changes.get() % 3 == 0 ? 2L : 1L) * LONG * Samples.PAGE);
    }
    if (changes.get() % 7 == 0) {
      Path elsewhere = directory.resolve("elsewhere/" + path.getFileName());
      Files.move(path, elsewhere);
      Files.move(elsewhere, path);
    }
    changes.incrementAndGet();
  }

  @Test
  void aLargeFileThatBecomesShorterIsNoFailure() throws IOException, InterruptedException {
    Path large = Samples.sparse(directory.resolve("large"), LARGE);
    // A file with nothing in memory would only be counted.
    Samples.touch(large, 0, 1000, LARGE / Samples.PAGE - 1);
    changing = new Thread(() -> resize(large), "changing");
    changing.start();
    for (int run = 0; run < 4 * RUNS; run++) {
      Tool.Outcome outcome = new Tool().run("look", "--json", large);
      assertEquals("", outcome.err());
      assertEquals(0, outcome.exitCode(), outcome.all());
    }
  }

  private void resize(Path path) {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      while (!ended) {
        file.setLength(LARGE / 4);
        file.setLength(LARGE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "look --json --runs",
        "look --csv",
        "load -q -j 4",
        "load -q --range 1M..2M",
        "evict",
        "advise SEQUENTIAL"
      })
  void nothingFails(String command) throws IOException, InterruptedException {
    start();
    for (int run = 0; run < RUNS; run++) {
      long before = changes.get();
      List<Object> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
      arguments.add(directory.resolve("files"));
      Tool.Outcome outcome = new Tool().run(arguments.toArray());
      assertEquals("", outcome.err());
      assertEquals(0, outcome.exitCode(), outcome.all());
      assertTrue(changes.get() > before, "nothing changed meanwhile");
    }
  }
}
