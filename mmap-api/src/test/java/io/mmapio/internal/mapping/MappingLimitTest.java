// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.Source;
import org.junit.jupiter.api.Test;

/** When the number of mappings is looked at, and what follows. */
final class MappingLimitTest {
  private static final long LIMIT = 64_000;
  private static final MapRequest SPEC =
      MapRequest.of(new Source.Anonymous(), Access.READ_ONLY, 10);

  private long estimate;
  private long allowed = LIMIT;
  private long count;
  private int looks;

  private final MappingLimit limit =
      new MappingLimit(
          new MappingLimit.Counts() {
            @Override
            public long allowed() {
              return allowed;
            }

            @Override
            public long present() {
              looks++;
              return count;
            }

            @Override
            public long ofThisLibrary() {
              return estimate;
            }
          });

  @Test
  void farFromTheLimitNobodyLooks() throws MmapException {
    for (estimate = 0; estimate < LIMIT / 2; estimate++) {
      limit.requireRoom(SPEC);
    }
    assertEquals(0, looks);
  }

  @Test
  void looksGrowRareWhereThereIsRoom() throws MmapException {
    count = 100;
    for (estimate = 0; estimate < 10 * LIMIT; estimate++) {
      limit.requireRoom(SPEC); // tombstones that merged: many of ours, few of the kernel's
    }
    assertTrue(looks < 50, () -> looks + " looks");
  }

  @Test
  void whatIsLeftToTheJvmIsNotTaken() throws MmapException {
    long refusedAt = 0;
    for (estimate = 0; refusedAt == 0; estimate++) {
      count = estimate + 300;
      try {
        limit.requireRoom(SPEC);
      } catch (MmapException e) {
        refusedAt = count;
        assertEquals("map", e.call());
        assertTrue(e.toString().contains("vm.max_map_count"), e.toString());
        assertTrue(e.toString().contains(count + " mappings of the 64000"), e.toString());
      }
    }
    assertTrue(refusedAt >= LIMIT - LIMIT / 64, "refused at " + refusedAt);
    assertTrue(refusedAt < LIMIT - LIMIT / 64 + 300, "refused at " + refusedAt);
    assertTrue(looks < 300, looks + " looks");

    assertThrows(MmapException.class, () -> limit.requireRoom(SPEC));
    count = 20_000;
    limit.requireRoom(SPEC);
  }

  @Test
  void raisedLimitIsSeen() throws MmapException {
    count = LIMIT;
    estimate = LIMIT;
    assertThrows(MmapException.class, () -> limit.requireRoom(SPEC));
    allowed = 2 * LIMIT;
    limit.requireRoom(SPEC);
  }
}
