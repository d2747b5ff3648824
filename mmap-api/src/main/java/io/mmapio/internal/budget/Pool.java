// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import io.mmapio.BudgetState;
import io.mmapio.Feature;
import io.mmapio.MmapException;
import io.mmapio.Retention;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.Ranges;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.telemetry.BudgetRecorder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a budget is inside: its regions, and the rounds that keep their pages below the limit. */
public final class Pool {
  /** Pages that one round looks at: some tens of milliseconds. */
  private static final long PAGES_IN_ROUND = 1 << 17;

  private static final long BYTES_IN_ROUND = 256L << 20;
  private static final long UNLIMITED = Long.MAX_VALUE / 2; // sums of it are positive
  private static final long AT_ONCE = 1_000_000; // nanoseconds before a round that goes on

  private final List<Member> members = new CopyOnWriteArrayList<>();
  private final Counts counts = new Counts();

  /** Held during a round, and by close() at the end. */
  private final Object rounds = new Object();

  private final Hand hand = new Hand(counts); // under the lock of rounds
  private final Pace pace = new Pace(); // likewise

  private volatile long limit;
  private volatile long lastResident;
  private volatile long due = System.nanoTime();
  private volatile boolean closed;

  /** Creates a pool without regions. */
  public Pool(long limit) {
    this.limit = limit;
  }

  /**
   * Puts a region into this pool.
   *
   * @throws MmapException if the OS reports an error
   */
  public void add(Mapping mapping) throws MmapException {
    mapping.requireOpen();
    requireDroppable(mapping);
    Keeper.add(this, mapping);
  }

  private static void requireDroppable(Mapping mapping) throws MmapException {
    if (!mapping.isShared() || mapping.request().source() instanceof Source.Sealed) {
      throw new UnsupportedOperationException(
          "a budget is for pages that can be read again from a file after they were dropped: "
              + mapping.describe());
    }
    AccessRules.requireDescriptor(mapping, "a budget");
    if (!mapping.os.supports(Feature.EVICT)) {
      throw new UnsupportedOperationException("no pages can be dropped here: see Feature.EVICT");
    }
    if (!ResidencyScan.isResidencyVisible(mapping)) {
      throw new UnsupportedOperationException(
          "the operating system hides which pages of this file are in memory from a process that"
              + " neither owns it nor may write it: "
              + mapping.describe());
    }
  }

  /** Called by {@link Keeper}, under its lock. */
  Member joined(Mapping mapping) {
    if (closed) {
      throw new IllegalStateException("the budget is closed");
    }
    Member member = new Member(this, mapping);
    members.add(member);
    due = System.nanoTime();
    return member;
  }

  /** Called by {@link Keeper}, under its lock. */
  void left(Member member) {
    member.remove();
    members.remove(member);
  }

  /** Takes a region out of this pool; false if it was not in it. */
  public boolean remove(Mapping mapping) {
    return Keeper.remove(this, mapping);
  }

  /** Gives a range of a region a class. */
  public void classify(Mapping mapping, long offset, long length, Retention retention) {
    for (Member member : members) {
      if (member.is(mapping)) {
        member.classify(mapping, offset, length, retention);
        return;
      }
    }
    throw new IllegalArgumentException("not in this budget: " + mapping.describe());
  }

  /** Changes the limit. */
  public void resize(long bytes) {
    limit = bytes;
    due = System.nanoTime();
    Keeper.wake();
  }

  public long limit() {
    return limit;
  }

  /**
   * Counts what the regions have in memory.
   *
   * @throws MmapException if the OS reports an error
   */
  public long resident() throws MmapException {
    long sum = 0;
    for (Member member : members) {
      sum += residentOf(member);
    }
    return sum;
  }

  private static long residentOf(Member member) throws MmapException {
    Window window = member.window();
    try {
      return window == null ? 0 : window.resident(window.start(), window.end());
    } catch (IllegalStateException closed) {
      return 0;
    }
  }

  /**
   * Counts what the PINNED pages have in memory.
   *
   * @throws MmapException if the OS reports an error
   */
  public long pinned() throws MmapException {
    long sum = 0;
    for (Member member : members) {
      Window window = member.window();
      if (window != null) {
        Ranges ranges = new Ranges();
        member.classes.forEach(window.start(), window.end(), Retention.PINNED, ranges::add);
        for (int i = 0; i < ranges.count(); i++) {
          sum += residentOf(window, ranges.from(i), ranges.to(i));
        }
      }
    }
    return sum;
  }

  private static long residentOf(Window window, long from, long to) throws MmapException {
    try {
      return window.resident(from, to);
    } catch (IllegalStateException closed) {
      return 0;
    }
  }

  /** Drops pages until the regions are below the limit, or no more go. */
  public long enforce() {
    long done = 0;
    synchronized (rounds) {
      hand.rested();
      long before;
      do {
        before = done;
        done += round(UNLIMITED, UNLIMITED);
      } while (done > before);
    }
    return done;
  }

  /** Ends this pool. */
  public void close() {
    closed = true;
    Keeper.close(this, members);
    synchronized (rounds) {
      members.clear(); // the round that was in progress is over
    }
  }

  public BudgetState state() {
    int open = (int) members.stream().filter(member -> member.window() != null).count();
    return new BudgetState(
        limit,
        lastResident,
        open,
        counts.rounds.get(),
        counts.timesOver.get(),
        counts.bytesOver.get(),
        counts.pagesExamined.get(),
        counts.bytesSpared.get(),
        counts.bytesAsked.get(),
        counts.bytesLeft.get(),
        counts.bytesWritten.get(),
        counts.failures.get());
  }

  /** Returns what the pools that have regions have done. */
  public static List<BudgetState> states() {
    return Keeper.pools().stream().filter(Pool::isNeeded).map(Pool::state).toList();
  }

  /** Returns the time of the next round. */
  long due() {
    return due;
  }

  /** Tells whether a region is left. Regions that were closed leave. */
  boolean isNeeded() {
    members.removeIf(member -> member.window() == null);
    return !members.isEmpty();
  }

  /** Looks at the regions, by the thread. */
  void round() {
    synchronized (rounds) {
      round(PAGES_IN_ROUND, BYTES_IN_ROUND);
    }
  }

  private long round(long pages, long bytes) {
    long begin = System.nanoTime();
    due = begin + Pace.LONGEST; // if this round fails
    long resident = sum();
    long looked = System.nanoTime();
    pace.found(resident, looked, looked - begin);
    note(resident);
    boolean over = resident > pace.high(limit);
    long need = Math.min(bytes, resident - pace.low(limit));
    long done = over && !closed ? drop(need, pages, resident) : 0;
    boolean more = over && !hand.isStuck() && (done < need || need == bytes);
    long now = System.nanoTime();
    lastResident = resident - done;
    due = next(more, now);
    return done;
  }

  private long drop(long need, long pages, long resident) {
    BudgetRecorder recorder = BudgetRecorder.begin();
    long spared = counts.bytesSpared.get();
    long examined = counts.pagesExamined.get();
    long left = hand.drop(new ArrayList<>(members), need, pages); // regions may leave meanwhile
    if (recorder != null) {
      recorder.end(
          limit,
          resident,
          left,
          counts.bytesSpared.get() - spared,
          counts.pagesExamined.get() - examined);
    }
    return left;
  }

  private long next(boolean more, long now) {
    if (more) {
      return pace.plan(lastResident, now, AT_ONCE);
    }
    boolean stuck = hand.isStuck();
    hand.rested();
    return stuck ? pace.plan(lastResident, now, Pace.LONGEST) : pace.next(limit, lastResident, now);
  }

  private void note(long resident) {
    counts.rounds.incrementAndGet();
    if (resident > limit) {
      counts.timesOver.incrementAndGet();
      counts.bytesOver.accumulateAndGet(resident - limit, Math::max);
    }
  }

  private long sum() {
    long sum = 0;
    for (Member member : members) {
      try {
        sum += residentOf(member);
      } catch (MmapException e) {
        counts.failures.incrementAndGet();
        Window window = member.window();
        if (window != null) {
          member.report(window, e);
        }
      }
    }
    return sum;
  }
}
