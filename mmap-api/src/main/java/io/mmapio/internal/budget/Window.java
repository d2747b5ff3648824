// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MmapException;
import io.mmapio.internal.lifetime.CallGate;
import io.mmapio.internal.mapping.FileCall;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.Bits;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.spi.MmapBackend;
import java.util.Arrays;

/**
 * The pages of a region by their offsets in the file, which is what large pages of the file cache
 * are aligned by. Ranges consist of whole pages. A region may shrink and be closed at any time, so
 * each call is cut to what the region has at that moment.
 */
final class Window {
  private static final long SUM_STEP = 1L << 30; // bytes that one call counts: milliseconds

  /** What Linux maps at a touch: bytes around the page. */
  static final long PIECE = 1L << 16;

  private static final long LOOK_WORDS = MmapBackend.RESIDENT_WORDS;

  final Mapping mapping;
  final long page;
  private final long first; // the address of the first page
  private final long start; // its offset in the file

  Window(Mapping mapping) {
    this.mapping = mapping;
    this.page = mapping.os.pageSize();
    this.first = mapping.geometry().start(0);
    this.start = mapping.inFile(first - mapping.geometry().addressOf(0));
  }

  /** Returns the offset of the first page. */
  long start() {
    return start;
  }

  /** Returns the offset behind the last page, at this moment. */
  long end() {
    return start + mapping.geometry().span(0, length());
  }

  /** Bytes of the file that the region has: those of a mirrored one count once. */
  private long length() {
    return Math.min(mapping.size(), mapping.half());
  }

  /** Tells whether pages may be dirty on account of the region. */
  boolean isWritable() {
    return mapping.request().access() == Access.READ_WRITE;
  }

  /** Makes a call for a range, and returns zero where the region has nothing of it. */
  long call(long from, long to, FileCall call) {
    return mapping.calling(
        () -> {
          long end = Math.min(to, end());
          long address = first + from - start;
          return from >= end ? 0 : call.on(address, end - from, from);
        });
  }

  /** The same, and once more for the second half of a mirrored region. */
  long callForEach(long from, long to, FileCall call) {
    long result = call(from, to, call);
    long half = mapping.half();
    return result < 0 || half >= mapping.size()
        ? result
        : call(from, to, (address, bytes, inFile) -> call.on(address + half, bytes, inFile));
  }

  /** Throws what a result stands for. */
  long check(long result, long from, long to) throws MmapException {
    return mapping.check("budget", result, from - mapping.request().offset(), to - from);
  }

  /** Counts the bytes of a range that are in memory. */
  long resident(long from, long to) throws MmapException {
    long[] counts = new long[MmapBackend.CACHE_COUNTS];
    long bytes = 0;
    for (long at = from; at < to; at += SUM_STEP) {
      long end = Math.min(to, at + SUM_STEP);
      bytes += isCounted(at, end, counts) ? counts[0] * page : lookedAt(at, end);
    }
    return bytes;
  }

  /**
   * Has the OS count the pages of a range.
   *
   * @param counts receives what {@link MmapBackend#cacheState} returns
   * @return false if the OS does not count
   */
  boolean isCounted(long from, long to, long[] counts) {
    counts[0] = 0;
    long result =
        call(
            from,
            to,
            (address, bytes, inFile) ->
                mapping.os.cacheState(mapping.handle(), inFile, bytes, counts));
    return result >= 0 || result == CallGate.DAMAGED;
  }

  private long lookedAt(long from, long to) throws MmapException {
    long step = LOOK_WORDS * Long.SIZE * page;
    long[] bits = new long[(int) LOOK_WORDS];
    long pages = 0;
    for (long at = from; at < to; at += step) {
      pages += look(at, Math.min(to, at + step), bits);
    }
    return pages * page;
  }

  /**
   * Finds out which pages of a range are in memory.
   *
   * @param bits receives one bit for each page, zeros behind the region
   * @return how many are
   */
  int look(long from, long to, long[] bits) throws MmapException {
    Arrays.fill(bits, 0);
    long[] pages = {0};
    long result =
        call(
            from,
            to,
            (address, bytes, inFile) -> {
              pages[0] = bytes / page;
              return mapping.os.resident(address, bytes, bits);
            });
    check(result, from, to);
    return Bits.keep(bits, (int) pages[0]);
  }

  /** Finds out which pages of a range the page table has; false if the OS does not tell. */
  boolean isPresenceKnown(long from, long to, long[] bits, long[] room) {
    Arrays.fill(bits, 0);
    long result =
        callForEach(
            from,
            to,
            (address, bytes, inFile) -> {
              long one = mapping.os.present(address, bytes, room);
              Bits.addAll(bits, room, (int) (bytes / page));
              return one;
            });
    return result >= 0;
  }

  /**
   * Takes the pages of a range out of the page table. They stay in memory: on a shared mapping,
   * this advice does no more. See madvise(2).
   */
  void unmap(long from, long to) throws MmapException {
    long result =
        callForEach(
            from,
            to,
            (address, bytes, inFile) -> mapping.os.advise(address, bytes, Advice.DONTNEED));
    if (result != MmapBackend.IGNORED) {
      check(result, from, to);
    } else if (to - from > Math.max(PIECE, page)) {
      // A page is locked, and none behind it was taken out: the others in parts.
      long middle = from + (to - from) / 2 / page * page;
      unmap(from, middle);
      unmap(middle, to);
    }
  }

  /** Drops pages; returns the bytes that are not in memory any more. */
  long drop(long from, long to) throws MmapException {
    long offset = Math.max(0, from - mapping.request().offset());
    long end = Math.min(length(), to - mapping.request().offset());
    return Math.max(0, offset < end ? Eviction.evict(mapping, offset, end - offset) : 0);
  }
}
