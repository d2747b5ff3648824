// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.spi.MmapBackend;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Advise, sync, incore. Offsets and lengths lie inside the region, and are rounded outwards. */
public final class Verbs {
  /** What {@link #isResidencyVisible} answered holds for so long: asking is two system calls. */
  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Pages that {@link #isResident} looks at first; then twice as many, and so on. */
  private static final long FIRST_LOOK = 256;

  private Verbs() {}

  /**
   * Advises the pages that a range touches.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param advice to give
   * @return whether the OS took it
   * @throws MmapException if the OS fails
   */
  public static AdviceOutcome advise(Mapping mapping, long offset, long length, Advice advice)
      throws MmapException {
    MmapBackend os = mapping.os;
    return advised(
        mapping,
        offset,
        length,
        advice,
        () ->
            length == 0
                ? os.advise(0, 0, advice)
                : os.advise(mapping.start(offset), mapping.span(offset, length), advice));
  }

  /**
   * Advises the pages that many ranges touch.
   *
   * @param mapping of the region
   * @param offsets of the ranges
   * @param length of each
   * @param advice to give
   * @return whether the OS took it for all of them
   * @throws MmapException if the OS fails
   */
  public static AdviceOutcome adviseAll(Mapping mapping, long[] offsets, long length, Advice advice)
      throws MmapException {
    if (length == 0 || offsets.length == 0) {
      return advise(mapping, 0, 0, advice);
    }
    long[] ranges = new long[2 * offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      ranges[2 * i] = mapping.start(offsets[i]);
      ranges[2 * i + 1] = mapping.span(offsets[i], length);
    }
    return advised(mapping, offsets[0], length, advice, () -> mapping.os.adviseAll(ranges, advice));
  }

  private static AdviceOutcome advised(
      Mapping mapping, long offset, long length, Advice advice, LongSupplier call)
      throws MmapException {
    boolean changesContents = advice == Advice.DONTNEED && !mapping.isShared();
    long result = mapping.calling(changesContents ? () -> MmapBackend.IGNORED : call);
    mapping.check("advise", result, offset, length);
    return result == MmapBackend.APPLIED ? AdviceOutcome.APPLIED : AdviceOutcome.IGNORED;
  }

  /**
   * Writes back the pages that a range touches. There is nothing to do unless they are shared with
   * a file and writable.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param mode how far
   * @param invalidate whether other mappings are to drop what is stale
   * @throws MmapException if the OS fails
   */
  public static void sync(
      Mapping mapping, long offset, long length, SyncMode mode, boolean invalidate)
      throws MmapException {
    mapping.requireNoFailedSync();
    Span span = Span.begin(Span.Kind.SYNC);
    long result = synced(mapping, offset, length, mode, invalidate);
    if (span != null) {
      span.end(mapping.name(), offset, length, result);
    }
    mapping.checkSync(result, offset, length);
  }

  private static long synced(
      Mapping mapping, long offset, long length, SyncMode mode, boolean invalidate) {
    boolean nothing =
        length == 0 || !mapping.isShared() || mapping.spec().access() != Access.READ_WRITE;
    return nothing
        ? mapping.calling(() -> 0)
        : mapping.overFile(
            mapping.start(offset),
            mapping.span(offset, length),
            (from, bytes, inFile) ->
                mapping.os.sync(mapping.handle(), from, bytes, inFile, mode, invalidate));
  }

  /**
   * Tells whether {@link #scan} finds the truth.
   *
   * @param mapping of the region
   * @return false if the OS hides residency from this process
   * @throws MmapException if the OS fails
   */
  public static boolean isResidencyVisible(Mapping mapping) throws MmapException {
    if (mapping.isResidencyKnownVisible()) {
      return true;
    }
    long size = mapping.size();
    long result =
        mapping.calling(() -> size == 0 ? 1 : mapping.os.residencyVisible(mapping.handle()));
    boolean visible = mapping.check("incore", result, 0, size) == 1;
    if (visible) {
      mapping.residencyIsVisible(REMEMBERED_NANOS);
    }
    return visible;
  }

  /**
   * Tells whether all pages that a range touches are in memory, without looking at those behind the
   * first one that is not.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return false also if the OS hides it
   * @throws MmapException if the OS fails
   */
  public static boolean isResident(Mapping mapping, long offset, long length) throws MmapException {
    boolean[] all = {isResidencyVisible(mapping)};
    long page = mapping.os.pageSize();
    long step = FIRST_LOOK;
    long done = 0;
    while (all[0] && done < length) {
      // From the second step on at the start of a page.
      long bytes = Math.min(length - done, step * page - (mapping.lead() + offset + done) % page);
      scan(mapping, offset + done, bytes, (bits, pages) -> all[0] &= isFull(bits, pages));
      done += bytes;
      step = Math.min(2 * step, (long) Long.SIZE * MmapBackend.RESIDENT_WORDS);
    }
    return all[0];
  }

  private static boolean isFull(long[] bits, int pages) {
    for (int page = 0; page < pages; page += Long.SIZE) {
      int some = Math.min(Long.SIZE, pages - page);
      if (Long.numberOfTrailingZeros(~bits[page / Long.SIZE]) < some) {
        return false;
      }
    }
    return true;
  }

  /** Takes the residency of some pages, those before it having been given already. */
  @FunctionalInterface
  public interface PageScanner {
    /**
     * Takes the next pages.
     *
     * @param bits bit {@code i % 64} of element {@code i / 64} is set if page {@code i} is in
     *     memory; reused after the call
     * @param pages how many of the bits count
     */
    void accept(long[] bits, int pages);
  }

  /**
   * Walks the residency of the pages that a range touches, in steps of bounded memory. Closing can
   * get in between two steps.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param scanner is given every step
   * @throws MmapException if the OS fails
   */
  public static void scan(Mapping mapping, long offset, long length, PageScanner scanner)
      throws MmapException {
    MmapBackend os = mapping.os;
    long start = mapping.start(offset);
    long left = mapping.span(offset, length);
    long ofWord = Long.SIZE * os.pageSize();
    long[] bits =
        new long[(int) Math.min(MmapBackend.RESIDENT_WORDS, (left + ofWord - 1) / ofWord)];
    long step = bits.length * ofWord;
    while (left > 0) {
      long from = start;
      long bytes = Math.min(left, step);
      long result = mapping.calling(() -> os.resident(from, bytes, bits));
      mapping.check("incore", result, offset, length);
      scanner.accept(bits, (int) (bytes / os.pageSize()));
      start += bytes;
      left -= bytes;
    }
  }
}
