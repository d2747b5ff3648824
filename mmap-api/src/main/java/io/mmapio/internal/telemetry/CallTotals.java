// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.telemetry;

import io.mmapio.Advice;
import io.mmapio.internal.system.Stripes;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts calls that do not map, and the bytes that they were for, of the whole process, spread over
 * {@link Stripes}. Both numbers of a call are added in one atomic step, because each step costs
 * some per cent of the fastest calls. There is no LongAdder: a starting program would have to load
 * its classes.
 */
@SuppressWarnings("EnumOrdinal") // indexes that no other process and no file ever sees
public final class CallTotals {
  private static final int KINDS = Kind.values().length;
  private static final int ALL = KINDS + Advice.values().length;

  /** The distance between two places, with a gap of a cache line. */
  private static final int STEP = ALL + 8;

  /** Bits of an element that count bytes; those above count calls. */
  private static final int BYTE_BITS = 44;

  private static final long ONE_CALL = 1L << BYTE_BITS;
  private static final long BYTES = ONE_CALL - 1;

  /**
   * Bits that are set before an element runs over. Over a hundred threads may add {@link #MOST}
   * before the first of them has moved the element to the totals.
   */
  private static final long NEARLY_FULL = (3L << 62) | (1L << (BYTE_BITS - 1));

  /** Bytes of a call that is counted in the totals at once. */
  private static final long MOST = 1L << 36;

  private static final AtomicLongArray COUNTS = new AtomicLongArray(Stripes.COUNT * STEP);

  /** What the elements could not hold, under its lock: calls, and bytes. */
  private static final long[][] TOTALS = new long[2][ALL];

  private CallTotals() {}

  /** What is counted, besides advice. The name is the one in the statistics. */
  public enum Kind {
    /** Writing back. */
    SYNC("sync"),
    /** Populating. */
    POPULATE("populate"),
    /** Fetching. */
    FETCH("fetch"),
    /** Locking. */
    LOCK("lock"),
    /** Throwing private changes away. */
    DISCARD("discard"),
    /** Returning storage. */
    PUNCH_HOLE("punchHole"),
    /** Dropping from memory: what was asked for. */
    EVICT("evict"),
    /** Dropping from memory: what left. */
    EVICTED("evicted");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The name in the statistics. */
    public String label() {
      return label;
    }
  }

  /** Counts a call. */
  public static void add(Kind kind, long bytes) {
    add(kind.ordinal(), bytes);
  }

  /** Counts advice. */
  public static void add(Advice advice, long bytes) {
    add(KINDS + advice.ordinal(), bytes);
  }

  private static void add(int index, long bytes) {
    if (bytes >= MOST) {
      move(index, ONE_CALL, bytes);
      return;
    }
    int at = Stripes.current() * STEP + index;
    if ((COUNTS.addAndGet(at, ONE_CALL | bytes) & NEARLY_FULL) != 0) {
      empty(at, index);
    }
  }

  private static void empty(int at, int index) {
    synchronized (TOTALS) {
      long all = COUNTS.getAndSet(at, 0);
      move(index, all, all & BYTES);
    }
  }

  private static void move(int index, long calls, long bytes) {
    synchronized (TOTALS) {
      TOTALS[0][index] += calls >>> BYTE_BITS;
      TOTALS[1][index] += bytes;
    }
  }

  /** Returns how many calls there were. */
  public static long calls(Kind kind) {
    return sum(kind.ordinal(), /* bytes= */ false);
  }

  /** Returns for how many bytes the calls were. */
  public static long bytes(Kind kind) {
    return sum(kind.ordinal(), /* bytes= */ true);
  }

  /** Returns how often advice was given. */
  public static long calls(Advice advice) {
    return sum(KINDS + advice.ordinal(), /* bytes= */ false);
  }

  /** Returns for how many bytes advice was given. */
  public static long bytes(Advice advice) {
    return sum(KINDS + advice.ordinal(), /* bytes= */ true);
  }

  private static long sum(int index, boolean bytes) {
    synchronized (TOTALS) {
      long sum = TOTALS[bytes ? 1 : 0][index];
      for (int stripe = 0; stripe < Stripes.COUNT; stripe++) {
        long one = COUNTS.get(stripe * STEP + index);
        sum += bytes ? one & BYTES : one >>> BYTE_BITS;
      }
      return sum;
    }
  }
}
