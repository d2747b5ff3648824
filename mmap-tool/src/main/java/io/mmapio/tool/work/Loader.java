// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.work;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Pages;
import io.mmapio.Prefault;
import io.mmapio.tool.scan.Runs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** Brings pages into memory. */
public final class Loader {
  private static final long LEAST_STEP = 64 << 10;
  private static final long MOST_STEP = 8 << 20;

  private final RateLimiter limiter;
  private final BooleanSupplier stopped;
  private final LongConsumer progress;
  private final boolean exact;
  private final long pageSize = Mmap.pageSize();

  /**
   * Creates a loader.
   *
   * @param limiter says how fast
   * @param exact whether the kernel must not read ahead of what is asked for, which is faster
   * @param stopped says when to stop
   * @param progress is told how many more bytes are done
   */
  public Loader(
      RateLimiter limiter, boolean exact, BooleanSupplier stopped, LongConsumer progress) {
    this.limiter = limiter;
    this.exact = exact || limiter.isLimited();
    this.stopped = stopped;
    this.progress = progress;
  }

  /** Loads a range of a file. */
  public void load(Path path, long offset, long length) throws IOException {
    try (MappedRegion region = Mmap.file(path).range(offset, length).map()) {
      load(region, length);
    }
  }

  /** Loads a range of a file and keeps it in memory for as long as the region is open. */
  public MappedRegion lock(Path path, long offset, long length) throws IOException {
    MappedRegion region = Mmap.file(path).range(offset, length).map();
    boolean done = false;
    try {
      load(region, length);
      region.pages().lock();
      done = true;
      return region;
    } finally {
      if (!done) {
        region.close();
      }
    }
  }

  /** What fails is not done, however far it came: it may be done again. */
  private void load(MappedRegion region, long length) throws IOException {
    long[] done = new long[1];
    try {
      load(region, length, done);
    } catch (IOException e) {
      progress.accept(-done[0]);
      throw e;
    }
  }

  private void load(MappedRegion region, long end, long[] done) throws IOException {
    long step = limiter.step(LEAST_STEP, MOST_STEP);
    if (exact) {
      region.advise(Advice.RANDOM);
    }
    for (long at = 0; at < end && !stopped.getAsBoolean(); at += step) {
      long bytes = Math.min(step, end - at);
      long next = exact ? at : at + step;
      if (limiter.isLimited()) {
        limiter.acquire(region.incore(at, bytes).absent() * pageSize);
      }
      if (next < end) {
        region.advise(next, Math.min(step, end - next), Advice.WILLNEED);
      }
      region.pages(at, bytes).populate(Prefault.READ);
      progress.accept(bytes);
      done[0] += bytes;
    }
  }

  /**
   * Loads these pages of a file and no others. Reading around a page is turned off; each run is
   * asked for as a whole instead, a step ahead.
   */
  public void restore(Path path, Runs runs) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      region.advise(Advice.RANDOM);
      Batch batch = new Batch(region);
      try {
        runs.forEach((first, count) -> batch.add(first * pageSize, count * pageSize));
        batch.load();
      } catch (java.io.UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  /** Some runs that are asked for before any of them is waited for. */
  private final class Batch {
    private static final int RUNS = 256;

    private final MappedRegion region;
    private final long step = limiter.step(LEAST_STEP, MOST_STEP);
    private final long[] offsets = new long[RUNS];
    private final long[] lengths = new long[RUNS];
    private int used;
    private long bytes;

    Batch(MappedRegion region) {
      this.region = region;
    }

    /** A run may have become too long for the file, and be too long for a step. */
    void add(long from, long length) {
      long end = Math.min(from + length, region.size());
      for (long at = from; at < end && !stopped.getAsBoolean(); at += step) {
        offsets[used] = at;
        lengths[used] = Math.min(step, end - at);
        bytes += lengths[used++];
        if (used == RUNS || bytes >= step) {
          load();
        }
      }
    }

    void load() {
      limiter.acquire(bytes);
      try {
        for (int i = 0; i < used; i++) {
          region.advise(offsets[i], lengths[i], Advice.WILLNEED);
        }
        for (int i = 0; i < used && !stopped.getAsBoolean(); i++) {
          Pages pages = region.pages(offsets[i], lengths[i]);
          pages.populate(Prefault.READ);
          progress.accept(lengths[i]);
        }
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
      used = 0;
      bytes = 0;
    }
  }
}
