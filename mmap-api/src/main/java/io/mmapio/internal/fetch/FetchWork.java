// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.fetch;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.PagePopulation;
import io.mmapio.internal.pages.PagePrefetch;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.internal.telemetry.CallRecorder;
import io.mmapio.internal.telemetry.CallSpan;
import io.mmapio.internal.telemetry.CallTotals;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one fetch. Each step makes some pages resident and mapped, after the OS was asked
 * for these and for those that come next. So the disk has many requests at a time, and closing the
 * region waits for one step. One thread at a time uses this object.
 */
final class FetchWork {
  /** Bytes of a step. A disk that reads 10 MB a second needs a fifth of a second for it. */
  private static final long STEP = 2 << 20;

  /** What a piece weighs at least, because a disk needs the same time for a shorter one. */
  private static final long WEIGHT = 64 << 10;

  /** The weight of what was asked for and has not been waited for: 64 short pieces. */
  private static final long AHEAD = 64 * WEIGHT;

  /** Pieces to ask for at a time. */
  private static final int PIECES = (int) ((STEP + AHEAD) / WEIGHT);

  private static final int PIECE = 128 << 10;

  private final Mapping mapping;
  private final long[] offsets;
  private final long length;
  private final PagePieces steps;
  private final PagePieces wanted;
  private final PagePrefetch prefetch;
  private long ahead; // the weight of what was asked for, beyond the steps that were done
  private boolean allWanted;
  private boolean begun;
  private @Nullable CallSpan span;

  FetchWork(Mapping mapping, long[] offsets, long length) {
    this.mapping = mapping;
    this.offsets = offsets;
    this.length = length;
    this.steps = new PagePieces(mapping.geometry(), offsets, length);
    this.wanted = new PagePieces(mapping.geometry(), offsets, length);
    this.prefetch = new PagePrefetch(mapping, offsets.length == 1 && length <= PIECE ? 1 : PIECES);
  }

  Mapping mapping() {
    return mapping;
  }

  /**
   * Tells whether this is so little, and all of it resident, that it takes no longer than a call.
   */
  boolean isResident() throws MmapException {
    if (offsets.length * Math.max(length, WEIGHT) > STEP || length > STEP) {
      return false;
    }
    for (long offset : offsets) {
      if (!ResidencyScan.isResident(mapping, offset, length)) {
        return false;
      }
    }
    return true;
  }

  /** Does everything. */
  void finish() throws MmapException {
    boolean more = true;
    while (more) {
      more = step();
    }
  }

  /**
   * Does the next step.
   *
   * @return false if there is none
   * @throws MmapException if a page is lost or the OS reports an error
   */
  boolean step() throws MmapException {
    AccessRules.requirePages(mapping, false, "fetched");
    begin();
    boolean done = false;
    try {
      boolean more = steps.next(STEP);
      if (more) {
        ask(weight(steps.bytes()));
        populate();
      } else {
        mapping.check("fetch", mapping.calling(() -> 0), 0, 0);
      }
      done = true;
      return more;
    } finally {
      if (!done) {
        end(/* result= */ -1);
      }
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      span = CallRecorder.begin(CallSpan.Kind.FETCH);
    }
  }

  /** Ends the recording. */
  void end(long result) {
    CallSpan recorded = span;
    span = null;
    if (result >= 0) {
      CallTotals.add(CallTotals.Kind.FETCH, offsets.length * length);
    }
    if (recorded != null) {
      long first = offsets.length == 0 ? 0 : offsets[0];
      recorded.end(mapping.name(), first, offsets.length * length, result);
    }
  }

  private static long weight(long bytes) {
    return (bytes + WEIGHT - 1) / WEIGHT * WEIGHT;
  }

  /** Asks for a step that weighs so much, and for more, unless enough has been asked for. */
  private void ask(long step) throws MmapException {
    if (!allWanted && ahead < step + AHEAD / 2) {
      while (ahead < step + AHEAD && !allWanted) {
        allWanted = !wanted.next(PIECE);
        if (!allWanted) {
          prefetch.addPages(wanted.address(), wanted.bytes());
          ahead += weight(wanted.bytes());
        }
      }
      prefetch.ask();
    }
    ahead -= step;
  }

  private void populate() throws MmapException {
    try {
      PagePopulation.step(mapping, steps.address(), steps.bytes(), false, "fetch");
    } catch (MmapException e) {
      AccessRules.requirePages(mapping, false, "fetched"); // it may have been changed meanwhile
      throw e;
    }
  }
}
