// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** Runs and strips against a set of bits. */
@NullUnmarked // JUnit fills in what tests start with
final class RunsTest {
  private static Runs runs(BitSet bits, int limit) {
    Runs.Builder builder = new Runs.Builder(limit);
    for (int i = bits.nextSetBit(0); i >= 0; i = bits.nextSetBit(bits.nextClearBit(i))) {
      builder.add(i, bits.nextClearBit(i) - i);
    }
    return builder.finished();
  }

  private static BitSet random(Random random, int size) {
    BitSet bits = new BitSet(size);
    int at = random.nextInt(50);
    while (at < size) {
      int end = Math.min(size, at + 1 + random.nextInt(300));
      bits.set(at, end);
      at = end + 1 + random.nextInt(300);
    }
    return bits;
  }

  @Test
  void commonPagesAreThoseOfBoth() {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      BitSet one = random(random, 3000);
      BitSet two = random(random, 3000);
      Runs first = runs(one, 1 << 20);
      assertEquals(one.cardinality(), first.pages(), "-Dmmapio.test.seed=" + seed);
      Runs second = runs(two, 1 << 20);
      one.and(two);
      assertEquals(one.cardinality(), first.common(second), "-Dmmapio.test.seed=" + seed);
    }
  }

  @Test
  void tooManyPiecesAreJoinedNeverDropped() {
    BitSet bits = new BitSet();
    for (int i = 0; i < 100_000; i += 2) {
      bits.set(i);
    }
    Runs coarse = runs(bits, 1000);
    assertTrue(coarse.unit() > 1);
    assertTrue(coarse.bytes().length < 2000, coarse.bytes().length + " bytes");
    assertEquals(50_000, coarse.common(runs(bits, 1 << 20)));
  }

  @Test
  void aStripHasTheSameDensityHoweverItGrows() {
    Strip known = new Strip(10_000);
    Strip grown = new Strip(0);
    for (int i = 0; i < 10_000; i++) {
      known.add(1, i < 5000 ? 1 : 0);
      grown.add(1, i < 5000 ? 1 : 0);
    }
    assertEquals(1, known.densities(4)[0], 0.01);
    assertEquals(0, known.densities(4)[3], 0.01);
    assertEquals(1, grown.densities(4)[0], 0.05);
    assertEquals(0, grown.densities(4)[3], 0.05);
    Strip unknown = new Strip(10);
    unknown.addUnknown(10);
    assertTrue(Float.isNaN(unknown.densities(5)[2]));
  }
}
