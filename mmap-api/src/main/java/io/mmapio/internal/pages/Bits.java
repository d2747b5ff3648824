// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import java.util.Arrays;

/** One bit for each page of a range: bit {@code i % 64} of element {@code i / 64} for page i. */
public final class Bits {
  private static final long ALL = -1L;

  private Bits() {}

  /** Clears what is behind the first bits, and counts the rest. */
  public static int keep(long[] bits, int count) {
    int whole = count / Long.SIZE;
    if (whole < bits.length) {
      bits[whole] &= ~(ALL << count % Long.SIZE);
      Arrays.fill(bits, whole + 1, bits.length, 0);
    }
    return count(bits, 0, count);
  }

  /** Sets those of the first bits that are set in others. */
  public static void addAll(long[] bits, long[] others, int count) {
    for (int page = 0; page < count; page += Long.SIZE) {
      int word = page / Long.SIZE;
      int some = count - page;
      bits[word] |= some < Long.SIZE ? others[word] & ~(ALL << some) : others[word];
    }
  }

  /** Counts the bits from one to another. */
  public static int count(long[] bits, int from, int to) {
    int count = 0;
    for (int at = from; at < to; ) {
      int word = at / Long.SIZE;
      int end = Math.min(to, (word + 1) * Long.SIZE);
      long some = bits[word] >>> at;
      int length = end - at;
      count += Long.bitCount(length < Long.SIZE ? some & ~(ALL << length) : some);
      at = end;
    }
    return count;
  }
}
