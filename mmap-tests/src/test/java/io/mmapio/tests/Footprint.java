// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What this process holds, as Linux counts it.
 *
 * @param mappingsOfFile lines of /proc/self/maps that name the file
 * @param mappings all of its lines; tombstones that are neighbours are one
 * @param descriptorsOfFile descriptors that are open on the file
 * @param descriptors all of them
 * @param addresses pages of address space taken
 */
record Footprint(
    long mappingsOfFile, long mappings, long descriptorsOfFile, long descriptors, long addresses) {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** Looks in a row that find the same: then the cleaning thread has nothing left to do. */
  private static final int UNCHANGED = 5;

  /** Something that comes true some time after a collection. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  static Footprint of(Path file) throws IOException {
    List<String> maps = Files.readAllLines(Path.of("/proc/self/maps"));
    List<String> descriptors = openFiles();
    return new Footprint(
        maps.stream().filter(line -> line.contains(file.toString())).count(),
        maps.size(),
        descriptors.stream().filter(name -> name.equals(file.toString())).count(),
        descriptors.size(),
        Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ", 2)[0]));
  }

  private static List<String> openFiles() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.map(Footprint::target).toList();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (NoSuchFileException e) {
      return "the descriptor that this list itself was read from, or one just closed";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is held when collecting changes nothing any more. */
  static Footprint settled(Path file) throws IOException {
    Footprint[] last = {of(file)};
    int[] same = {0};
    collectUntil(
        () -> {
          Footprint now = of(file);
          same[0] = now.equals(last[0]) ? same[0] + 1 : 0;
          last[0] = now;
          return same[0] == UNCHANGED;
        });
    return last[0];
  }

  /** Has garbage collected until something holds, for half a minute at most. */
  static boolean collectUntil(Condition condition) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS); // cleaning is up to another thread
    }
    return true;
  }
}
