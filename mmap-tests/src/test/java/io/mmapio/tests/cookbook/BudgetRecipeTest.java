// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Budget;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Retention;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md about memory under the program's control, run. */
final class BudgetRecipeTest {
  @TempDir Path directory;

  // recipe: give a cache file a memory budget
  static final class CacheFile implements AutoCloseable {
    private final MappedRegion region;
    private final Budget budget;

    CacheFile(Path path, long indexSize, long memory) throws IOException {
      region = Mmap.file(path).access(Access.READ_WRITE).advise(Advice.RANDOM).map();
      budget = Budget.of(memory);
      budget.add(region); // a budget may have many regions
      budget.classify(region, 0, indexSize, Retention.PINNED);
    }

    ByteBuffer record(long offset, int length) throws IOException {
      return region.buffer(offset, length);
    }

    /** What was imported will not be read soon. */
    void imported(long offset, long length) {
      budget.classify(region, offset, length, Retention.COLD);
    }

    String report() {
      return budget.state().resident() + " of " + budget.limit() + " bytes in memory";
    }

    @Override
    public void close() {
      budget.close();
      region.close();
    }
  }

  // end

  @Test
  void cacheStaysBelowItsBudget() throws IOException {
    Machine.assumeNotEmulated("an emulator evicts nothing");
    assumeTrue(Feature.EVICT.isSupported(), "nothing is evicted here");
    int size = 16 << 20;
    Path path = Files.write(directory.resolve("cache"), new byte[size]);
    int index = 1 << 20;
    try (CacheFile cache = new CacheFile(path, index, size / 4)) {
      cache.imported(size / 2, size / 2);
      for (int at = 0; at < size; at += (int) Mmap.pageSize()) {
        cache.record(at, Integer.BYTES).putInt(at);
      }
      cache.budget.enforce(); // no step goes on that began before the classes were given
      cache.region.fetch(0, index);
      cache.budget.enforce();
      assertTrue(cache.budget.resident() <= size / 4, cache::report);
      assertTrue(cache.region.isResident(0, index));
      assertEquals(index, cache.budget.pinned());
      assertEquals(size - (int) Mmap.pageSize(), lastWritten(cache, size));
    }
  }

  private static int lastWritten(CacheFile cache, int size) throws IOException {
    return cache.record(size - Mmap.pageSize(), Integer.BYTES).getInt();
  }
}
