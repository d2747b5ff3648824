// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;
import java.util.concurrent.TimeUnit;

/** Tells which pages are in memory. Ranges lie inside the region, and are rounded outwards. */
public final class ResidencyScan {
  /** What {@link #isResidencyVisible} answered holds for so long: asking is two system calls. */
  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Pages that {@link #isResident} looks at first; then twice as many, and so on. */
  private static final long FIRST_LOOK = 256;

  private ResidencyScan() {}

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
      long bytes =
          Math.min(length - done, step * page - (mapping.geometry().lead() + offset + done) % page);
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
    long start = mapping.geometry().start(offset);
    long left = mapping.geometry().span(offset, length);
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
