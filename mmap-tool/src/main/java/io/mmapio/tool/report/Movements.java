// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.report;

import io.mmapio.tool.scan.FileReport;
import io.mmapio.tool.scan.Scans;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Compares each look with the one before. Of large files 128 parts are compared, so that what a
 * scan brings in at one place and pushes out at another is seen; of the rest the numbers. Only so
 * many files are remembered.
 */
public final class Movements implements Scans.Visitor {
  private static final int MOST_FILES = 200_000;
  private static final int MOST_BINS = 4_000;
  private static final long LARGE = 256;

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(long resident, float[] bins) {}

  private static final float[] NO_BINS = {};

  private Map<Path, Seen> before = new HashMap<>();
  private Map<Path, Seen> now = new HashMap<>();
  private final Map<Path, Movement> moved = new HashMap<>();
  private final Deque<Path> open = new ArrayDeque<>();
  private Movement total = Movement.NONE;
  private int bins;
  private boolean first = true;

  /** A look begins. */
  public void begin() {
    before = now;
    now = new HashMap<>();
    moved.clear();
    total = Movement.NONE;
    bins = 0;
  }

  /** A look is over. */
  public void end() {
    first = false;
  }

  @Override
  public void enter(Path directory) {
    open.push(directory);
  }

  @Override
  public void leave(Path directory) {
    open.pop();
  }

  @Override
  public void file(FileReport report) {
    if (now.size() >= MOST_FILES) {
      return;
    }
    Path path = report.entry().path();
    boolean isLarge = report.counts().pages() >= LARGE && bins < MOST_BINS;
    bins += isLarge ? 1 : 0;
    Seen seen =
        new Seen(report.counts().resident(), isLarge ? report.strip().residentInBins() : NO_BINS);
    now.put(path, seen);
    Seen old = before.get(path);
    Movement movement =
        first || (old == null && seen.resident == 0) ? Movement.NONE : of(old, seen);
    if (!movement.isNone()) {
      total = total.plus(movement);
      moved.put(path, movement);
      open.forEach(directory -> moved.merge(directory, movement, Movement::plus));
    }
  }

  private static Movement of(@org.jspecify.annotations.Nullable Seen old, Seen seen) {
    if (old == null) {
      return new Movement(seen.resident, 0);
    }
    if (old.bins.length == 0 || old.bins.length != seen.bins.length) {
      long change = seen.resident - old.resident;
      return new Movement(Math.max(0, change), Math.max(0, -change));
    }
    double gained = 0;
    double lost = 0;
    for (int i = 0; i < seen.bins.length; i++) {
      double change = seen.bins[i] - old.bins[i];
      gained += Math.max(0, change);
      lost += Math.max(0, -change);
    }
    return new Movement(Math.round(gained), Math.round(lost));
  }

  /** Returns what moved in a file or directory. */
  public Movement of(Path path) {
    return moved.getOrDefault(path, Movement.NONE);
  }

  /** Returns what moved in all. */
  public Movement total() {
    return total;
  }
}
