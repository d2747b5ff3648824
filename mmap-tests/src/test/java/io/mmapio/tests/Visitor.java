// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapStatistics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * Uses its own copy of the library now and then. In between nothing is mapped, for about as long as
 * the library's thread waits until it ends: so it maps when the thread is about to end, does so, or
 * just has.
 */
public final class Visitor implements BiFunction<Path, Long, Object> {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private int visits;

  /** Called by reflection. */
  public Visitor() {}

  /**
   * Maps and drops, waits until all of that is given back, and then so many nanoseconds. Answers
   * how often it has.
   */
  @Override
  public Object apply(Path file, Long nanos) {
    try {
      visit(file);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    long start = System.nanoTime();
    MmapStatistics left = Mmap.statistics();
    while (!left.openRegions().isEmpty() || left.tombstones() > 0) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new AssertionError("collected, but not given back: " + left);
      }
      LockSupport.parkNanos(PAUSE_NANOS); // somebody else has garbage collected meanwhile
      left = Mmap.statistics();
    }
    long deadline = System.nanoTime() + nanos;
    while (System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
    return visits;
  }

  /** In turns: a view of a region that is closed, one of a region that is not, and no view. */
  private void visit(Path file) throws IOException {
    MappedRegion region = Mmap.map(file);
    int kind = visits++ % 3;
    if (kind < 2 && region.buffer().get(1) != Bytes.patternAt(1)) {
      throw new AssertionError("not the file");
    }
    if (kind != 1) {
      region.close();
    }
  }
}
