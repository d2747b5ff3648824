// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import io.mmapio.CacheState;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds which pages of one file are in memory. Takes bounded memory, whatever the size of the file.
 */
public final class FileScanner {
  /** Bytes that are mapped at a time. */
  private static final long MAPPED = 64L << 30;

  /** Bytes that are asked about in one call: a few megabytes of runs at the worst. */
  private static final long PIECE = 1L << 30;

  private static final int PIECES_AT_A_TIME = 16;

  /** Bytes that the runs of one file may take. */
  private static final int RUNS_LIMIT = 8 << 20;

  private final boolean wantRuns;
  private final long pageSize = Mmap.pageSize();
  private final boolean cacheState = Feature.CACHE_STATE.isSupported();

  /** Creates a scanner that collects the runs of pages too, or does not. */
  public FileScanner(boolean wantRuns) {
    this.wantRuns = wantRuns;
  }

  /** Looks at a file as it is now. */
  public FileReport scan(Entry entry) throws IOException {
    FileReport counted = counted(entry);
    if (counted != null) {
      return counted;
    }
    if (entry.size() <= MAPPED && (entry.size() > 0 || Files.isRegularFile(entry.path()))) {
      try (MappedRegion region = Mmap.map(entry.path())) {
        Looked looked = new Looked(region.size());
        looked.at(region);
        return looked.report(entry);
      }
    }
    return large(entry);
  }

  /**
   * Looks at a file of which all pages are in memory, or none: to count them is enough, and costs
   * less than to map the file. Null for every other file.
   */
  private @Nullable FileReport counted(Entry entry) throws IOException {
    if (!cacheState || entry.size() == 0) {
      return null;
    }
    CacheState state = Mmap.cacheState(entry.path()).orElse(null);
    long pages = (entry.size() + pageSize - 1) / pageSize;
    if (state == null || (state.cached() != 0 && state.cached() != pages)) {
      return null;
    }
    Looked looked = new Looked(entry.size());
    looked.addAlike(pages, state.cached() != 0);
    looked.addCacheState(state);
    return looked.report(entry);
  }

  private FileReport large(Entry entry) throws IOException {
    long size = sizeOf(entry.path(), entry.size());
    Looked looked = new Looked(size);
    long offset = 0;
    while (offset < size) {
      long length = Math.min(MAPPED, size - offset);
      try (MappedRegion region = Mmap.file(entry.path()).range(offset, length).map()) {
        looked.at(region);
      }
      offset += length;
    }
    return looked.report(entry);
  }

  private static long sizeOf(Path path, long found) throws IOException {
    if (found > 0) {
      return Files.size(path);
    }
    try (MappedRegion device = Mmap.map(path)) {
      return device.size();
    }
  }

  /** What was seen so far. */
  private final class Looked {
    private final long size;
    private final Strip strip;
    private final Runs.@Nullable Builder runs;
    private long pages;
    private Counts sum = Counts.NONE;

    Looked(long size) {
      this.size = size;
      this.strip = new Strip((size + pageSize - 1) / pageSize);
      this.runs = wantRuns ? new Runs.Builder(RUNS_LIMIT) : null;
    }

    void at(MappedRegion region) throws IOException {
      long length = region.size();
      if (length <= PIECE) {
        add(region.incore());
      } else {
        int pieces = (int) ((length + PIECE - 1) / PIECE);
        for (int from = 0; from < pieces; from += PIECES_AT_A_TIME) {
          together(region, from, Math.min(pieces, from + PIECES_AT_A_TIME));
        }
      }
      addCacheState(region);
    }

    /** Asks on all processors, and puts the answers in order. */
    private void together(MappedRegion region, int from, int to) throws IOException {
      List<Residency> answers =
          IntStream.range(from, to).parallel().mapToObj(piece -> incore(region, piece)).toList();
      for (Residency answer : answers) {
        add(answer);
      }
    }

    private static Residency incore(MappedRegion region, int piece) {
      long offset = piece * PIECE;
      try {
        return region.incore(offset, Math.min(PIECE, region.size() - offset));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    private void add(Residency residency) {
      long count = residency.pages();
      if (residency.unknown() > 0) {
        strip.addUnknown(count);
      } else if (residency.resident() == 0 || residency.absent() == 0) {
        addAlike(count, residency.absent() == 0);
        return;
      } else {
        addMixed(residency);
      }
      pages += count;
      sum = sum.plus(new Counts(0, 0, count, residency.resident(), residency.unknown(), 0, 0, 0));
    }

    private void addAlike(long count, boolean resident) {
      if (count == 0) {
        return;
      }
      long inMemory = resident ? count : 0;
      strip.add(count, inMemory);
      if (resident && runs != null) {
        runs.add(pages, count);
      }
      pages += count;
      sum = sum.plus(new Counts(0, 0, count, inMemory, 0, 0, 0, 0));
    }

    private void addMixed(Residency residency) {
      for (Residency.Run run : residency.runs()) {
        boolean resident = run.state() == PageState.RESIDENT;
        strip.add(run.pages(), resident ? run.pages() : 0);
        if (resident && runs != null) {
          runs.add(pages + run.first(), run.pages());
        }
      }
    }

    private void addCacheState(MappedRegion region) throws IOException {
      if (!cacheState || region.size() == 0) {
        return;
      }
      region.pages().cacheState().ifPresent(this::addCacheState);
    }

    private void addCacheState(CacheState state) {
      sum = sum.plus(new Counts(0, 0, 0, 0, 0, state.dirty(), state.writeback(), state.evicted()));
    }

    FileReport report(Entry entry) {
      Counts counts = sum.plus(new Counts(1, size, 0, 0, 0, 0, 0, 0));
      return new FileReport(entry, size, counts, strip, runs == null ? null : runs.finished());
    }
  }
}
