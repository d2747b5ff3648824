// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.Prefault;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.LostPages;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CallTotals;
import io.mmapio.spi.MmapBackend;

/** Makes pages resident before they are touched. Ranges are rounded outwards. */
public final class PagePopulation {
  /** Bytes between two reports of progress, about ten milliseconds of work. */
  private static final long STEP = 32L << 20;

  private PagePopulation() {}

  /** Receives the progress of populating. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called when more pages are resident.
     *
     * @param done bytes
     * @param total bytes
     * @return whether to continue
     */
    boolean reached(long done, long total);
  }

  /**
   * Makes pages resident.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param how for reading or writing
   * @param progress may stop the operation
   * @return bytes in the pages that were made resident
   * @throws MmapException if a page is lost or the OS reports an error
   */
  public static long populate(
      Mapping mapping, long offset, long length, Prefault how, Progress progress)
      throws MmapException {
    boolean write = how == Prefault.WRITE;
    AccessRules.requirePages(mapping, write, write ? "populated for writing" : "populated");
    CallSpan span = CallRecorder.begin(CallSpan.Kind.POPULATE);
    long done = 0;
    try {
      done = populated(mapping, offset, length, write, progress);
      CallTotals.add(CallTotals.Kind.POPULATE, done);
      return done;
    } finally {
      if (span != null) {
        span.end(mapping.name(), offset, length, done > 0 || length == 0 ? 0 : MmapBackend.LOST);
      }
    }
  }

  private static long populated(
      Mapping mapping, long offset, long length, boolean write, Progress progress)
      throws MmapException {
    long start = mapping.geometry().start(offset);
    long total = mapping.geometry().span(offset, length);
    long done = 0;
    while (done < total) {
      long bytes = Math.min(STEP, total - done);
      step(mapping, start + done, bytes, write, "populate");
      done += bytes;
      if (!progress.reached(done, total) && done < total) {
        return done;
      }
    }
    mapping.check("populate", mapping.calling(() -> 0), offset, length);
    return done;
  }

  /**
   * Makes some pages resident, by one call of the OS.
   *
   * @param mapping of the region
   * @param from address of the first page
   * @param bytes in the pages
   * @param write whether for writing
   * @param call the name of the call for exceptions
   * @throws MmapException if a page is lost or the OS reports an error
   */
  public static void step(Mapping mapping, long from, long bytes, boolean write, String call)
      throws MmapException {
    long result = mapping.calling(() -> mapping.os.populate(from, bytes, write));
    long offset = Math.max(0, from - mapping.geometry().addressOf(0));
    if (result == MmapBackend.LOST) {
      long lost = firstLost(mapping, from, bytes, write) - mapping.geometry().addressOf(0);
      throw LostPages.met(mapping, call, Math.max(0, lost), bytes);
    }
    mapping.check(call, result, offset, bytes);
  }

  private static long firstLost(Mapping mapping, long from, long bytes, boolean write) {
    long page = mapping.os.pageSize();
    for (long at = from; at < from + bytes; at += page) {
      long one = at;
      if (mapping.calling(() -> mapping.os.populate(one, page, write)) < 0) {
        return at;
      }
    }
    return from; // it came back meanwhile
  }
}
