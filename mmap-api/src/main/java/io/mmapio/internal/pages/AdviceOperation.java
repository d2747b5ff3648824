// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MmapException;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CallTotals;
import io.mmapio.spi.MmapBackend;
import java.util.function.LongSupplier;

/** Gives advice for pages. Ranges lie inside the region, and are rounded outwards. */
public final class AdviceOperation {
  private AdviceOperation() {}

  /**
   * Gives advice for the pages that a range touches.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param advice to give
   * @return whether the OS applied the advice
   * @throws MmapException if the OS reports an error
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
                : os.advise(
                    mapping.geometry().start(offset),
                    mapping.geometry().span(offset, length),
                    advice));
  }

  /**
   * Gives advice for the pages that many ranges touch.
   *
   * @param mapping of the region
   * @param offsets of the ranges
   * @param length of each range
   * @param advice to give
   * @return whether the OS applied the advice to all ranges
   * @throws MmapException if the OS reports an error
   */
  public static AdviceOutcome adviseAll(Mapping mapping, long[] offsets, long length, Advice advice)
      throws MmapException {
    if (length == 0 || offsets.length == 0) {
      return advise(mapping, 0, 0, advice);
    }
    long[] ranges = new long[2 * offsets.length];
    for (int i = 0; i < offsets.length; i++) {
      ranges[2 * i] = mapping.geometry().start(offsets[i]);
      ranges[2 * i + 1] = mapping.geometry().span(offsets[i], length);
    }
    return advised(
        mapping,
        offsets[0],
        length * offsets.length,
        advice,
        () -> mapping.os.adviseAll(ranges, advice));
  }

  private static AdviceOutcome advised(
      Mapping mapping, long offset, long bytes, Advice advice, LongSupplier call)
      throws MmapException {
    boolean changesContents = advice == Advice.DONTNEED && !mapping.isShared();
    CallSpan span = CallRecorder.begin(CallSpan.Kind.ADVISE);
    long result = mapping.calling(changesContents ? () -> MmapBackend.IGNORED : call);
    if (span != null) {
      span.about(advice.name()).end(mapping.name(), offset, bytes, result);
    }
    mapping.check("advise", result, offset, bytes);
    CallTotals.add(advice, bytes);
    return result == MmapBackend.APPLIED ? AdviceOutcome.APPLIED : AdviceOutcome.IGNORED;
  }
}
