// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.MmapException;
import io.mmapio.Retention;
import io.mmapio.internal.mapping.Ranges;
import io.mmapio.internal.pages.Bits;

/**
 * Looks at a stretch of a region, gives second chances, and drops pages. A page in the page table
 * was touched since the hand came by last: it is taken out of the page table, and stays in memory.
 * One that is not there is dropped. The unit is what one touch brings back. Where the file cache
 * keeps larger pages, these go with the last of their units, or are split: see {@code Eviction}.
 *
 * <p>Not thread-safe.
 */
final class Sweep {
  /** What is looked at in one step. */
  static final long STRETCH = 16L << 20;

  private final Counts counts;
  private final Member member;
  private final Window window;
  private final Retention wanted;
  private final boolean sparing;
  private final long unit;

  private final long from;
  private final long to;
  private final long[] resident;
  private final long[] present;
  private final Ranges spared = new Ranges();
  private final Ranges dropped = new Ranges();
  private long asked;
  private long end;
  private boolean absent;

  /**
   * Does nothing yet.
   *
   * @param wanted the class whose pages go
   * @param sparing whether pages get a second chance, where it is known which were touched
   * @param from offset in the file
   * @param to at most a {@link #STRETCH} later
   */
  Sweep(
      Counts counts,
      Member member,
      Window window,
      Retention wanted,
      boolean sparing,
      long from,
      long to) {
    this.counts = counts;
    this.member = member;
    this.window = window;
    this.wanted = wanted;
    this.from = from;
    this.to = to;
    int words = (int) ((to - from) / window.page + Long.SIZE - 1) / Long.SIZE;
    this.resident = new long[words];
    this.present = new long[words];
    this.sparing = sparing;
    this.unit = Math.max(Window.PIECE, window.page);
  }

  /** Returns where the next sweep begins. */
  long end() {
    return end;
  }

  /** Tells whether no page of the stretch was in memory. */
  boolean isAbsent() {
    return absent;
  }

  /**
   * Drops pages until enough were dropped, or the stretch ends.
   *
   * @param need bytes
   * @return bytes that are not in memory any more
   */
  long run(long need) throws MmapException {
    end = to;
    counts.pagesExamined.addAndGet((to - from) / window.page);
    absent = window.look(from, to, resident) == 0;
    if (absent) {
      return 0;
    }
    boolean known = sparing && window.isPresenceKnown(from, to, present, new long[present.length]);
    choose(need, known);
    unmap();
    if (dropped.isEmpty()) {
      return 0;
    }
    Dropping dropping = new Dropping(counts, window, /* waiting= */ !sparing);
    Ranges now = dropping.droppable(dropped);
    long bytes = 0;
    for (int i = 0; i < now.count(); i++) {
      bytes += count(resident, now.from(i), now.to(i)) * window.page;
    }
    long left = Math.min(bytes, dropping.drop(now)); // others may have come meanwhile
    counts.bytesAsked.addAndGet(bytes);
    counts.bytesLeft.addAndGet(left);
    return left;
  }

  private void choose(long need, boolean known) {
    for (long at = from; at < to && asked < need; ) {
      long next = Math.min(to, (at & -unit) + unit);
      member.classes.forEach(at, next, wanted, (start, stop) -> judge(start, stop, known));
      at = next;
      end = next;
    }
  }

  private void judge(long start, long stop, boolean known) {
    long bytes = count(resident, start, stop) * window.page;
    if (bytes == 0) {
      // Fewer and longer ranges are fewer calls, and no page is lost by it.
      if (!spared.extend(start, stop)) {
        dropped.extend(start, stop);
      }
    } else if (known && count(present, start, stop) > 0) {
      spared.add(start, stop);
      counts.bytesSpared.addAndGet(bytes);
    } else {
      dropped.add(start, stop);
      asked += bytes;
    }
  }

  private long count(long[] bits, long start, long stop) {
    return Bits.count(
        bits, (int) ((start - from) / window.page), (int) ((stop - from) / window.page));
  }

  /** On a shared mapping, this advice takes pages out of the page table only. See madvise(2). */
  private void unmap() throws MmapException {
    if (member.classes.isUniform()) {
      window.unmap(from, end); // what is dropped leaves the page table too
      return;
    }
    unmap(spared);
    unmap(dropped); // in both halves of a mirror: the cache keeps what is mapped anywhere
  }

  private void unmap(Ranges ranges) throws MmapException {
    for (int i = 0; i < ranges.count(); i++) {
      window.unmap(ranges.from(i), ranges.to(i));
    }
  }
}
