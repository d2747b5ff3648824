// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.MmapException;
import io.mmapio.Retention;
import io.mmapio.spi.MmapBackend;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes round the regions of a pool and drops pages: the COLD ones first, then by CLOCK. */
final class Hand {
  /** How often all pages may be spared before some go that were touched in between. */
  private static final int SPARING_LAPS = 2;

  private static final long SKIPPED = 1L << 30; // bytes whose absence one call finds out

  private final Counts counts;
  private @Nullable Member current;
  private int laps; // ends of rounds of all regions, since enough was dropped last
  private long left; // bytes that left in this lap

  Hand(Counts counts) {
    this.counts = counts;
  }

  /** Tells whether a lap without second chances has dropped nothing. */
  boolean isStuck() {
    return laps > SPARING_LAPS;
  }

  /** Begins with second chances again. */
  void rested() {
    laps = 0;
  }

  /**
   * Drops pages.
   *
   * @param members in the order in which the hand goes
   * @param need bytes to drop
   * @param pages how many pages to look at, at most
   * @return bytes that left the memory
   */
  long drop(List<Member> members, long need, long pages) {
    long stop = counts.pagesExamined.get() + pages;
    long done = 0;
    for (Member member : members) {
      if (done < need && member.classes.has(Retention.COLD)) {
        done += dropCold(member, need - done, stop);
      }
    }
    while (done < need && counts.pagesExamined.get() < stop && !members.isEmpty() && !isStuck()) {
      done += step(members, need - done);
    }
    if (done >= need) {
      rested();
    }
    return done;
  }

  private long dropCold(Member member, long need, long stop) {
    Window window = usable(member);
    if (window == null) {
      return 0;
    }
    long done = 0;
    long end = window.end();
    for (long at = window.start(); at < end && done < need && counts.pagesExamined.get() < stop; ) {
      long next = Math.min(end, member.classes.next(at));
      if (member.classes.at(at) != Retention.COLD) {
        at = next;
        continue;
      }
      long present = skipAbsent(window, at, next);
      Sweep sweep = sweep(member, window, Retention.COLD, false, present, next);
      done += run(sweep, member, window, need - done);
      at = sweep.end();
    }
    return done;
  }

  /** Moves on by a stretch, or to the next region. */
  private long step(List<Member> members, long need) {
    int index = Math.max(0, members.indexOf(current));
    Member member = members.get(index);
    Window window = usable(member);
    if (window == null || member.hand >= window.end()) {
      pass(members, index);
      return 0;
    }
    long at = Math.max(member.hand, window.start());
    long end = window.end();
    Sweep sweep = sweep(member, window, Retention.CACHED, laps < SPARING_LAPS, at, end);
    long some = run(sweep, member, window, need);
    left += some;
    member.hand = sweep.isAbsent() ? skipAbsent(window, sweep.end(), end) : sweep.end();
    return some;
  }

  private void pass(List<Member> members, int index) {
    int next = (index + 1) % members.size();
    current = members.get(next);
    current.hand = 0;
    if (next == 0) {
      laps = left > 0 && laps >= SPARING_LAPS ? SPARING_LAPS : laps + 1;
      left = 0;
    }
  }

  private Sweep sweep(
      Member member, Window window, Retention wanted, boolean sparing, long at, long end) {
    long stop = Math.min(end, (at & -Sweep.STRETCH) + Sweep.STRETCH);
    return new Sweep(counts, member, window, wanted, sparing, at, stop);
  }

  private long run(Sweep sweep, Member member, Window window, long need) {
    try {
      return sweep.run(need);
    } catch (MmapException e) {
      counts.failures.incrementAndGet();
      member.report(window, e);
    } catch (IllegalStateException closed) {
      // It has left the pool.
    }
    return 0;
  }

  /** Returns the pages of a region that may be dropped; null if none may. */
  private static @Nullable Window usable(Member member) {
    Window window = member.window();
    boolean lost = window != null && (window.mapping.failedSync() != null || isDamaged(window));
    return lost ? null : window;
  }

  private static boolean isDamaged(Window window) {
    return window.mapping.isDamaged();
  }

  /** Most of a sparse file is not in memory, and one call tells that of much of it. */
  private static long skipAbsent(Window window, long from, long end) {
    long[] found = new long[MmapBackend.CACHE_COUNTS];
    long at = from;
    try {
      while (at < end) {
        long next = Math.min(end, at + SKIPPED);
        if (!window.isCounted(at, next, found) || found[0] != 0) {
          break;
        }
        at = next;
      }
    } catch (IllegalStateException closed) {
      return end;
    }
    return at;
  }
}
