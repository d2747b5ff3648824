// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.mmapio.Mmap;
import io.mmapio.tool.Samples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a walk says of what becomes another thing between being found and being opened. */
@NullUnmarked // JUnit fills in what tests start with
final class WalkTest implements Problems {
  @TempDir Path directory;
  private final List<Path> failed = new ArrayList<>();
  private final List<Path> vanished = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  enum Change {
    BECOMES_A_FILE {
      @Override
      void to(Path path) throws IOException {
        Files.move(path, path.resolveSibling("away"));
        Files.writeString(path, "a file now");
      }
    },
    VANISHES {
      @Override
      void to(Path path) throws IOException {
        Files.move(path, path.resolveSibling("away"));
      }
    },
    PARENT_BECOMES_A_FILE {
      @Override
      void to(Path path) throws IOException {
        BECOMES_A_FILE.to(path.getParent());
      }
    };

    abstract void to(Path path) throws IOException;
  }

  @BeforeEach
  void onUnix() {
    Samples.assumeUnix();
  }

  @Override
  public void failed(Path path, IOException why) {
    failed.add(path);
  }

  @Override
  public void vanished(Path path) {
    vanished.add(path);
  }

  private void walk(Walk.Visitor visitor) {
    WalkOptions options =
        new WalkOptions(List.of(directory), 0, List.of(), List.of(), false, false);
    new Walk(options, this, () -> false).run(visitor);
  }

  @ParameterizedTest
  @EnumSource
  void aDirectoryThatIsNoneAnyMoreHasVanished(Change change) throws IOException {
    Path below = Files.createDirectories(directory.resolve("d/below"));
    Files.writeString(below.resolve("file"), "x");
    walk(
        new Walk.Visitor() {
          @Override
          public void enter(Path found) {
            if (found.equals(below)) {
              unchecked(() -> change.to(below));
            }
          }

          @Override
          public void file(Entry entry) {
            files.add(entry.path());
          }
        });
    assertEquals(List.of(), failed);
    assertEquals(List.of(below), vanished);
    assertEquals(List.of(), files);
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsNoneAnyMoreHasVanished(Change change) throws IOException {
    Path file = Files.createDirectories(directory.resolve("d")).resolve("file");
    Files.writeString(file, "x");
    walk(
        entry -> {
          unchecked(
              () -> {
                change.to(file);
                if (change == Change.BECOMES_A_FILE) {
                  Files.delete(file);
                  Files.createDirectory(file);
                }
              });
          Changing.attempt(entry, this, now -> Mmap.map(now.path()).close());
          Changing.attempt(entry, this, now -> Files.readAllBytes(now.path()));
        });
    assertEquals(List.of(), failed);
    assertEquals(List.of(file, file), vanished);
  }

  @Test
  void onlyWhatChangesIsTriedAgain() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    List<Entry> tried = new ArrayList<>();
    Entry entry = new Entry(file, 1, Attributes.of(file, true).modified());
    Changing.attempt(
        entry,
        this,
        now -> {
          tried.add(now);
          if (now.size() < 3) {
            Files.writeString(file, "x".repeat((int) now.size() + 1));
            throw new IOException("changed");
          }
        });
    assertEquals(List.of(1L, 2L, 3L), tried.stream().map(Entry::size).toList());
    assertEquals(List.of(), failed);
  }

  /** Somebody moves a file away and back: nothing of it has changed. */
  @Test
  void aFileThatWasAwayForAMomentIsTriedAgain() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    List<Entry> tried = new ArrayList<>();
    Changing.attempt(
        new Entry(file, 1, Attributes.of(file, true).modified()),
        this,
        now -> {
          tried.add(now);
          if (tried.size() == 1) {
            throw new NoSuchFileException(file.toString());
          }
        });
    assertEquals(2, tried.size());
    assertEquals(List.of(), failed);
    assertEquals(List.of(), vanished);
  }

  @Test
  void aFailureIsOneAtOnce() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "x");
    List<Entry> tried = new ArrayList<>();
    Changing.attempt(
        new Entry(file, 1, Attributes.of(file, true).modified()),
        this,
        now -> {
          tried.add(now);
          throw new IOException("a failure");
        });
    assertEquals(1, tried.size());
    assertEquals(List.of(file), failed);
  }

  @Test
  void aFileHasOneProblemWhateverTheNumberOfItsParts() {
    Problems first = new FirstProblem(this);
    first.failed(directory, new IOException("one"));
    first.failed(directory, new IOException("another"));
    first.vanished(directory);
    assertEquals(List.of(directory), failed);
    assertEquals(List.of(), vanished);
  }

  @Test
  void whatWasAskedForByNameHasToBeThere() {
    Path missing = directory.resolve("missing");
    new Walk(
            new WalkOptions(List.of(missing), 0, List.of(), List.of(), false, false),
            this,
            () -> false)
        .run(entry -> {});
    assertEquals(List.of(missing), failed);
    assertThrows(
        NoSuchFileException.class, () -> new FileScanner(false).scan(new Entry(missing, 1, 0)));
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void unchecked(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
