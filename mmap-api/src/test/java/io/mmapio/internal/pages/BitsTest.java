// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Counting bits, beside counting them one by one. */
final class BitsTest {
  @Test
  void bitsAreCountedBetweenAnyTwo() {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    long[] bits = new Random(seed).longs(4).toArray();
    for (int from = 0; from < 4 * Long.SIZE; from++) {
      int count = 0;
      for (int to = from; to < 4 * Long.SIZE; to++) {
        assertEquals(count, Bits.count(bits, from, to), "seed " + seed);
        count += (int) (bits[to / Long.SIZE] >>> to & 1);
      }
    }
    for (int kept = 0; kept < 4 * Long.SIZE; kept++) {
      long[] some = bits.clone();
      assertEquals(Bits.count(bits, 0, kept), Bits.keep(some, kept), "seed " + seed);
      assertEquals(0, Bits.count(some, kept, 4 * Long.SIZE), "seed " + seed);
      long[] both = new long[4];
      Bits.addAll(both, bits, kept);
      assertEquals(Bits.count(bits, 0, kept), Bits.count(both, 0, 4 * Long.SIZE), "seed " + seed);
    }
  }
}
