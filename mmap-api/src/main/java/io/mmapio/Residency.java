// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.Mapping;
import io.mmapio.spi.MmapBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Which pages of a range were in memory when {@link MappedRegion#incore()} asked. Immutable. */
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
   * Returns the number of pages known to be in memory.
   *
   * @return zero or more
   */
  public long resident() {
    return known ? resident : 0;
  }

  /**
   * Returns the number of pages known not to be in memory.
   *
   * @return zero or more
   */
  public long absent() {
    return known ? pages - resident : 0;
  }

  /**
   * Returns the number of pages of which the operating system does not tell this process.
   *
   * @return zero or more
   */
  public long unknown() {
    return known ? 0 : pages;
  }

  /**
   * Returns the state of one page.
   *
   * @param page from 0, the page that holds the first byte of the range, to {@link #pages()} - 1
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

  /** Collects what a scan finds. Stretches that are all the same share one bitmap. */
  static final class Recorder implements Mapping.PageScanner {
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
      java.util.Arrays.fill(all, -1L);
      return all;
    }

    @Override
    public void accept(long[] bits, int count) {
      int set = countBits(bits, count);
      pages += count;
      resident += set;
      if (known) {
        chunks.add(set == 0 ? NONE : set == count ? ALL : bits.clone());
      }
    }

    private static int countBits(long[] bits, int count) {
      int set = 0;
      for (int word = 0; word < count / Long.SIZE; word++) {
        set += Long.bitCount(bits[word]);
      }
      int rest = count % Long.SIZE;
      return rest == 0 ? set : set + Long.bitCount(bits[count / Long.SIZE] & (1L << rest) - 1);
    }

    Residency finished() {
      return new Residency(this);
    }
  }
}
