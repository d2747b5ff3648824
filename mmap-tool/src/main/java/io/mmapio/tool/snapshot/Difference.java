// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import io.mmapio.tool.scan.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * What came into memory and what went between two snapshots. Of each file of the first a number and
 * a place are kept, no more.
 */
public final class Difference {
  /**
   * Of one file.
   *
   * @param file as it is in the later snapshot, or in the earlier one if it is only there
   * @param came pages that are in memory later only
   * @param went pages that are in memory earlier only
   * @param exact whether the pages were compared and not only their numbers
   */
  public record Change(FileRecord file, long came, long went, boolean exact) {}

  /** Blocks of the first snapshot that are kept: the second is mostly in the same order. */
  private static final int CACHED = 2;

  private final Snapshot before;
  private final Snapshot after;
  private final int top;
  private final PriorityQueue<Change> kept =
      new PriorityQueue<>(Comparator.comparingLong((Change change) -> change.came + change.went));
  private final Places places;
  private final int[] firstOfBlock;
  private final BitSet met = new BitSet();
  private final Map<Integer, List<FileRecord>> cache =
      new LinkedHashMap<>(CACHED, 0.75f, /* accessOrder= */ true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, List<FileRecord>> eldest) {
          return size() > CACHED;
        }
      };
  private long came;
  private long went;
  private long stayed;
  private long changedFiles;
  private boolean exact = true;

  private Difference(Snapshot before, Snapshot after, int top) {
    this.before = before;
    this.after = after;
    this.top = top;
    this.places = new Places(before.files());
    this.firstOfBlock = new int[before.blocks().size()];
  }

  /** Compares two files, each a snapshot or JSON; keeps the largest changes. */
  public static Difference of(Path before, Path after, int top) throws IOException {
    try (Opened one = Opened.of(before);
        Opened two = Opened.of(after)) {
      if (one.snapshot.pageSize() != two.snapshot.pageSize()) {
        throw new IOException(
            "pages of "
                + one.snapshot.pageSize()
                + " and of "
                + two.snapshot.pageSize()
                + " bytes cannot be compared");
      }
      Difference difference = new Difference(one.snapshot, two.snapshot, top);
      difference.compare();
      return difference;
    }
  }

  private void compare() throws IOException {
    int number = 0;
    for (int block = 0; block < firstOfBlock.length; block++) {
      firstOfBlock[block] = number;
      for (FileRecord file : before.read(before.blocks().get(block))) {
        places.put(file.key(), number++);
      }
    }
    for (Snapshot.Block block : after.blocks()) {
      for (FileRecord file : after.read(block)) {
        compare(earlier(file), file);
      }
    }
    number = 0;
    for (Snapshot.Block block : before.blocks()) {
      for (FileRecord file : before.read(block)) {
        if (!met.get(number++)) {
          compare(file, null);
        }
      }
    }
  }

  private @Nullable FileRecord earlier(FileRecord file) throws IOException {
    int number = places.find(file.key());
    if (number < 0) {
      return null;
    }
    met.set(number);
    int found = java.util.Arrays.binarySearch(firstOfBlock, number);
    int block = found >= 0 ? found : -found - 2;
    return records(block).get(number - firstOfBlock[block]);
  }

  private List<FileRecord> records(int block) throws IOException {
    List<FileRecord> records = cache.get(block);
    if (records == null) {
      records = before.read(before.blocks().get(block));
      cache.put(block, records);
    }
    return records;
  }

  private void compare(@Nullable FileRecord old, @Nullable FileRecord now) {
    long were = old == null ? 0 : old.resident();
    long are = now == null ? 0 : now.resident();
    Runs oldRuns = old == null ? Runs.NONE : old.runs();
    Runs newRuns = now == null ? Runs.NONE : now.runs();
    boolean both = oldRuns != null && newRuns != null;
    long common =
        oldRuns != null && newRuns != null ? oldRuns.common(newRuns) : Math.min(were, are);
    exact &= both;
    stayed += common;
    came += are - common;
    went += were - common;
    if (are != common || were != common) {
      changedFiles++;
      FileRecord shown = now != null ? now : java.util.Objects.requireNonNull(old);
      keep(new Change(shown, are - common, were - common, both));
    }
  }

  private void keep(Change change) {
    kept.add(change);
    if (kept.size() > top) {
      kept.poll();
    }
  }

  /** Returns the largest changes, the largest first. */
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>(kept);
    changes.sort(
        Comparator.comparingLong((Change change) -> change.came() + change.went()).reversed());
    return changes;
  }

  /** Returns how many pages came. */
  public long came() {
    return came;
  }

  /** Returns how many pages went. */
  public long went() {
    return went;
  }

  /** Returns how many pages are in both. */
  public long stayed() {
    return stayed;
  }

  /** Returns how many files changed. */
  public long changedFiles() {
    return changedFiles;
  }

  /** Returns whether pages were compared everywhere, and not only their numbers. */
  public boolean isExact() {
    return exact;
  }

  /** Returns the bytes in a page. */
  public long pageSize() {
    return before.pageSize();
  }

  /** A snapshot, and the file that was made for it if there was only JSON. */
  private static final class Opened implements AutoCloseable {
    private final Snapshot snapshot;
    private final @Nullable Path made;

    private Opened(Snapshot snapshot, @Nullable Path made) {
      this.snapshot = snapshot;
      this.made = made;
    }

    static Opened of(Path path) throws IOException {
      if (!JsonSnapshot.isJson(path)) {
        return new Opened(Snapshot.open(path), null);
      }
      Path made = Files.createTempFile("mmap-diff", ".snapshot");
      try {
        JsonSnapshot.convert(path, made);
        return new Opened(Snapshot.open(made), made);
      } catch (IOException e) {
        Files.deleteIfExists(made);
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      snapshot.close();
      if (made != null) {
        Files.deleteIfExists(made);
      }
    }
  }
}
