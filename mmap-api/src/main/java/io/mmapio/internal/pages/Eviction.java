// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CallTotals;
import io.mmapio.spi.MmapBackend;

/**
 * Drops pages of a shared file from memory, and measures how many have left. Ranges lie inside the
 * region, and are rounded outwards.
 *
 * <p>Linux keeps a file in <em>folios</em>: units of one page up to some thousand, as large as the
 * writes and the readahead that made them. Dropping a range drops the folios that lie inside it. So
 * the range is dropped in pieces at whose ends no folio can lie across, and the folios across the
 * ends of the range itself are split first, if they are found to have stayed.
 */
public final class Eviction {
  /** The result if the OS hides from this process what is in memory. */
  public static final long UNKNOWN = -1;

  /** Pages in the largest folio of Linux: MAX_XAS_ORDER. */
  private static final long LARGEST_FOLIO = 2048;

  /** The least bytes of a piece, some milliseconds of work. */
  private static final long PIECE = 32L << 20;

  private final Mapping mapping;
  private final long start;
  private final long end;
  private final long piece;
  private final boolean measured;

  /** The counts of the last look: pages in memory, and which of these could not yet be dropped. */
  private final long[] counts = new long[MmapBackend.CACHE_COUNTS];

  private final long[] bits;

  private Eviction(Mapping mapping, long offset, long length) throws MmapException {
    this.mapping = mapping;
    this.start = mapping.geometry().start(offset);
    this.end = start + mapping.geometry().span(offset, length);
    long page = mapping.os.pageSize();
    this.piece = Math.max(PIECE, LARGEST_FOLIO * page);
    long pages = Math.min(end - start, piece) / page;
    this.bits = new long[(int) ((pages + Long.SIZE - 1) / Long.SIZE)];
    this.measured = ResidencyScan.isResidencyVisible(mapping);
  }

  /**
   * Writes dirty pages back, then drops the pages from memory. The region may be closed between two
   * pieces of some MiB.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return bytes in the pages that were in memory before and are not afterwards, or {@link
   *     #UNKNOWN}
   * @throws MmapException if the OS reports an error
   */
  public static long evict(Mapping mapping, long offset, long length) throws MmapException {
    requireEvictable(mapping);
    WriteBack.requireNoFailedSync(mapping);
    mapping.check("evict", mapping.calling(() -> 0), offset, length);
    CallSpan span = CallRecorder.begin(CallSpan.Kind.EVICT);
    long left = MmapBackend.LOST;
    try {
      left = length == 0 ? 0 : new Eviction(mapping, offset, length).evictAll();
    } finally {
      if (span != null) {
        span.end(mapping.name(), offset, length, left);
      }
    }
    CallTotals.add(CallTotals.Kind.EVICT, length);
    CallTotals.add(CallTotals.Kind.EVICTED, Math.max(0, left));
    return left;
  }

  /** Refuses regions whose pages cannot be read again, and those that have let go of their file. */
  public static void requireEvictable(Mapping mapping) {
    if (!mapping.isShared()) {
      throw new UnsupportedOperationException(
          "only pages of a shared file can be read again after they were dropped: "
              + mapping.describe());
    }
    AccessRules.requireDescriptor(mapping, "evict");
  }

  private long evictAll() throws MmapException {
    long left = 0;
    long at = start;
    while (at < end) {
      long bytes = Math.min(end, endOfPiece(at)) - at;
      left += evictPiece(at, bytes);
      at += bytes;
    }
    return measured ? left : UNKNOWN;
  }

  /**
   * Returns where the piece ends that begins at an address. The halves of a mirror have own ones.
   */
  private long endOfPiece(long at) {
    long offset = at - mapping.geometry().addressOf(0);
    return at + mapping.withinHalf(offset, piece - mapping.inFile(offset) % piece);
  }

  /** Returns the bytes that have left, zero if nobody can tell. */
  private long evictPiece(long at, long bytes) throws MmapException {
    long before = pagesInMemory(at, bytes);
    if (measured && before == 0) {
      return 0;
    }
    drop(at, bytes);
    long after = pagesInMemory(at, bytes);
    boolean split = after > 0 && splitsAnEnd(at, bytes);
    if (split || (after > 0 && isBusy())) {
      drop(at, bytes);
      after = pagesInMemory(at, bytes);
    }
    return Math.max(0, before - after) * mapping.os.pageSize();
  }

  private void drop(long at, long bytes) throws MmapException {
    long result =
        FileCall.over(
            mapping,
            at,
            bytes,
            (from, some, in) -> mapping.os.evict(mapping.handle(), from, some, in));
    WriteBack.check(mapping, "evict", result, at - mapping.geometry().addressOf(0), bytes);
  }

  /** Counts the pages that are in memory, or answers zero if nobody can tell. */
  private long pagesInMemory(long at, long bytes) throws MmapException {
    if (!measured) {
      return 0;
    }
    if (CacheCounts.areCounted(mapping, at, bytes, counts)) {
      return counts[0];
    }
    long result = mapping.calling(() -> mapping.os.resident(at, bytes, bits));
    mapping.check("evict", result, at - mapping.geometry().addressOf(0), bytes);
    return Bits.count(bits, 0, (int) (bytes / mapping.os.pageSize()));
  }

  /** Tells whether pages were changed again while the others were dropped. */
  private boolean isBusy() {
    return counts[1] + counts[2] > 0;
  }

  private boolean splitsAnEnd(long at, long bytes) {
    long page = mapping.os.pageSize();
    boolean first = at == start && isSplit(at);
    boolean last = at + bytes == end && isSplit(end - page);
    return first || last;
  }

  /**
   * Splits the folio of a page, if the page is in memory. No call is made for that, but a folio of
   * which only some pages are aged is split: see madvise_cold_or_pageout_pte_range in Linux'
   * mm/madvise.c. The page has to be mapped.
   */
  private boolean isSplit(long page) {
    MmapBackend os = mapping.os;
    long bytes = os.pageSize();
    long result =
        mapping.calling(
            () ->
                os.advise(0, 0, Advice.COLD) == MmapBackend.APPLIED
                        && os.resident(page, bytes, bits) == 0
                        && (bits[0] & 1) != 0
                        && os.populate(page, bytes, /* write= */ false) == 0
                    ? os.advise(page, bytes, Advice.COLD)
                    : MmapBackend.IGNORED);
    return result == MmapBackend.APPLIED;
  }
}
