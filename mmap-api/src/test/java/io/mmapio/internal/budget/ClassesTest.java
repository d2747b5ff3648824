// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.budget;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Retention;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which class each byte has, beside a simple model of it. */
final class ClassesTest {
  private static final int SIZE = 200;
  private static final int ROUNDS = 2000;
  private static final List<Retention> RETENTIONS = List.of(Retention.values());

  private final long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
  private final Random random = new Random(seed);

  @Test
  void theLastClassOfEachByteCounts() {
    Classes classes = new Classes();
    Retention[] model = new Retention[SIZE];
    Arrays.fill(model, Retention.CACHED);
    for (int round = 0; round < ROUNDS; round++) {
      int from = random.nextInt(SIZE);
      int to = from + random.nextInt(SIZE - from + 1);
      Retention retention = RETENTIONS.get(random.nextInt(RETENTIONS.size()));
      Arrays.fill(model, from, to, retention);
      classes.set(from, to, retention);
      assertSame(model, classes);
    }
    classes.set(0, SIZE, Retention.CACHED);
    assertTrue(classes.isUniform()); // what changes nothing is forgotten
  }

  private void assertSame(Retention[] model, Classes classes) {
    for (Retention retention : Retention.values()) {
      boolean[] found = new boolean[SIZE];
      classes.forEach(
          0, SIZE, retention, (start, end) -> Arrays.fill(found, (int) start, (int) end, true));
      for (int i = 0; i < SIZE; i++) {
        assertEquals(model[i] == retention, found[i], "seed " + seed + " at " + i);
      }
    }
  }
}
