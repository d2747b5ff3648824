// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md for Agrona, in one process; AgronaTest has several. */
final class AgronaRecipeTest {
  @TempDir Path directory;

  @Test
  void buffersOverViewAndOverAddressAreTheSameMemory() throws IOException {
    try (MappedRegion region = Mmap.anonymous(1 << 16).map()) {
      AtomicBuffer byView = new UnsafeBuffer(region.buffer(4096, 8192));
      AtomicBuffer byAddress = AgronaRecipe.byAddress(region, 4096, 8192);
      assertEquals(byView.addressOffset(), byAddress.addressOffset());
      byView.putLong(64, 7);
      assertEquals(7, region.buffer().order(ByteOrder.nativeOrder()).getLong(4096 + 64));
      assertTrue(byAddress.compareAndSetLong(64, 7, 8));
      assertEquals(8, byView.getLongVolatile(64));
    }
  }

  @Test
  void countersSurviveTheirProcess() throws Exception {
    Path file = Files.createFile(directory.resolve("counters"));
    try (AgronaRecipe memory = new AgronaRecipe(file)) {
      try (AtomicCounter counter = memory.counters().newCounter("requests", 9)) {
        counter.setOrdered(41);
        try (AgronaRecipe again = new AgronaRecipe(file)) {
          assertEquals(41, again.counterValues().getCounterValue(counter.id()));
          assertEquals("requests", again.counterValues().getCounterLabel(counter.id()));
        }
      }
    }
  }
}
