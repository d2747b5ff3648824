// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.pages.Bits;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.spi.MmapBackend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/** The states of the pages of a range at the time of {@link MappedRegion#incore()}. Immutable. */
public final class Residency {
  private final List<long[]> chunks;
  private final long pages;
  private final long resident;
  private final boolean known;

  private Residency(Recorder recorder) {
    this.chunks = List.copyOf(recorder.chunks);
    this.pages = recorder.pages;
    this.resident = recorder.resident;
    this.known = recorder.known;
  }

  /**
   * Returns the number of pages that the range touches.
   *
   * @return {@link #resident()} + {@link #absent()} + {@link #unknown()}
   */
  public long pages() {
    return pages;
  }

  /**
   * Returns the number of resident pages.
   *
   * @return zero or more
   */
  public long resident() {
    return known ? resident : 0;
  }

  /**
   * Returns the number of pages that are not in memory.
   *
   * @return zero or more
   */
  public long absent() {
    return known ? pages - resident : 0;
  }

  /**
   * Returns the number of pages whose state the operating system hides from this process.
   *
   * @return zero or more
   */
  public long unknown() {
    return known ? 0 : pages;
  }

  /**
   * Returns the state of one page.
   *
   * @param page from 0, the page that contains the first byte of the range, to {@link #pages()} - 1
   * @return its state
   * @throws IndexOutOfBoundsException if there is no such page
   */
  public PageState state(long page) {
    Objects.checkIndex(page, pages);
    if (!known) {
      return PageState.UNKNOWN;
    }
    long[] chunk = chunks.get((int) (page / Recorder.CHUNK_PAGES));
    int bit = (int) (page % Recorder.CHUNK_PAGES);
    boolean set = (chunk[bit / Long.SIZE] & 1L << bit) != 0;
    return set ? PageState.RESIDENT : PageState.ABSENT;
  }

  /**
   * A run of neighbouring pages in the same state.
   *
   * @param state of all pages in the run
   * @param first the number of the first page
   * @param pages the number of pages
   */
  public record Run(PageState state, long first, long pages) {}

  /**
   * Returns the states as runs, which are few where long stretches have the same state.
   *
   * @return runs in the order of their pages; no two neighbouring runs have the same state
   */
  public List<Run> runs() {
    List<Run> runs = new ArrayList<>();
    long start = 0;
    while (start < pages) {
      PageState state = state(start);
      long end = endOfRun(start, state);
      runs.add(new Run(state, start, end - start));
      start = end;
    }
    return runs;
  }

  /** Skips a whole word or chunk at once if all of it has the same state. */
  private long endOfRun(long start, PageState state) {
    if (!known) {
      return pages;
    }
    long page = start;
    while (page < pages && state(page) == state) {
      long[] chunk = chunks.get((int) (page / Recorder.CHUNK_PAGES));
      int bit = (int) (page % Recorder.CHUNK_PAGES);
      long alike = state == PageState.RESIDENT ? -1L : 0;
      if (bit == 0 && (chunk == Recorder.ALL || chunk == Recorder.NONE)) {
        page += Recorder.CHUNK_PAGES;
      } else if (bit % Long.SIZE == 0 && chunk[bit / Long.SIZE] == alike) {
        page += Long.SIZE;
      } else {
        page++;
      }
    }
    return Math.min(page, pages);
  }

  /**
   * Returns the resident pages as a bit set.
   *
   * @return one bit for each page, clear if the page is absent or unknown
   * @throws IllegalStateException if there are more than {@link Integer#MAX_VALUE} pages; use
   *     {@link #runs()} instead
   */
  public BitSet toBitSet() {
    if (pages > Integer.MAX_VALUE) {
      throw new IllegalStateException(pages + " pages are too many for a BitSet: see runs()");
    }
    BitSet bits = new BitSet((int) pages);
    for (Run run : runs()) {
      if (run.state() == PageState.RESIDENT) {
        bits.set((int) run.first(), (int) (run.first() + run.pages()));
      }
    }
    return bits;
  }

  @Override
  public String toString() {
    return "Residency[pages="
        + pages
        + ", resident="
        + resident()
        + ", absent="
        + absent()
        + ", unknown="
        + unknown()
        + "]";
  }

  /**
   * Collects the results of a scan. Stretches in which all pages have the same state share one
   * bitmap.
   */
  static final class Recorder implements ResidencyScan.PageScanner {
    static final int CHUNK_PAGES = Long.SIZE * MmapBackend.RESIDENT_WORDS;

    private static final long[] NONE = new long[MmapBackend.RESIDENT_WORDS];
    private static final long[] ALL = all();

    private final List<long[]> chunks = new ArrayList<>();
    private final boolean known;
    private long pages;
    private long resident;

    Recorder(boolean known) {
      this.known = known;
    }

    private static long[] all() {
      long[] all = new long[MmapBackend.RESIDENT_WORDS];
      Arrays.fill(all, -1L);
      return all;
    }

    @Override
    public void accept(long[] bits, int count) {
      int set = Bits.count(bits, 0, count);
      pages += count;
      resident += set;
      if (known) {
        chunks.add(set == 0 ? NONE : set == count ? ALL : bits.clone());
      }
    }

    Residency finished() {
      return new Residency(this);
    }
  }
}
