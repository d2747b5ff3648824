// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;
import java.util.concurrent.TimeUnit;

/** Finds out which pages are resident. Ranges lie inside the region, and are rounded outwards. */
public final class ResidencyScan {
  /**
   * How long an answer of {@link #isResidencyVisible} is remembered: asking costs two system calls.
   */
  private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);

  private ResidencyScan() {}

  /** Receives the residency of pages in ascending order. */
  @FunctionalInterface
  public interface PageScanner {
    /**
     * Receives the residency of the next pages.
     *
     * @param bits bit {@code i % 64} of element {@code i / 64} is set if page {@code i} is
     *     resident; the array is reused after the call
     * @param pages how many of the bits are valid
     */
    void accept(long[] bits, int pages);
  }

  /**
   * Tells whether {@link #scan} returns the true residency.
   *
   * @param mapping of the region
   * @return false if the OS hides the residency from this process
   * @throws MmapException if the OS reports an error
   */
  public static boolean isResidencyVisible(Mapping mapping) throws MmapException {
    if (mapping.isResidencyKnownVisible()) {
      return true;
    }
    long size = mapping.size();
    boolean never = mapping.request().withoutDescriptor(); // it was found out when mapping
    long result =
        mapping.calling(
            () -> size == 0 ? 1 : never ? 0 : mapping.os.residencyVisible(mapping.handle()));
    boolean visible = mapping.check("incore", result, 0, size) == 1;
    if (visible) {
      mapping.residencyIsVisible(REMEMBERED_NANOS);
    }
    return visible;
  }

  /**
   * Tells whether all pages that a range touches are resident. Pages behind the first absent page
   * are not examined.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return true if all are resident; false also if the OS hides the residency
   * @throws MmapException if the OS reports an error
   */
  public static boolean isResident(Mapping mapping, long offset, long length) throws MmapException {
    if (!isResidencyVisible(mapping)) {
      return false;
    }
    mapping.requireOpen();
    long start = mapping.geometry().start(offset);
    long left = mapping.geometry().span(offset, length);
    long step = Long.SIZE * MmapBackend.RESIDENT_WORDS * mapping.os.pageSize();
    while (left > 0) {
      long from = start;
      long bytes = Math.min(left, step);
      long result = mapping.calling(() -> mapping.os.allResident(from, bytes));
      if (result <= 0) {
        mapping.check("incore", result, offset, length);
        return false;
      }
      start += bytes;
      left -= bytes;
    }
    return true;
  }

  /**
   * Scans the residency of the pages that a range touches, in steps of bounded memory. The region
   * may be closed between two steps.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param scanner receives the result of every step
   * @throws MmapException if the OS reports an error
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
