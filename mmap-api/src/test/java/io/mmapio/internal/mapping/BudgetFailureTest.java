// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.internal.budget.Pool;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.Source;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A disk that fails while a budget writes pages back: whose pages then stay, and who hears of it.
 */
final class BudgetFailureTest {
  private static final long PAGE = 4096;
  private static final long SIZE = 1 << 20;
  private static final long IO_ERROR = 5;

  private final AtomicLong next = new AtomicLong(1);
  private final Map<Long, Long> cached = new ConcurrentHashMap<>(); // pages by handle
  private final Map<Long, Integer> evictions = new ConcurrentHashMap<>(); // likewise
  private volatile long broken = -1; // the handle whose disk fails
  private final MmapBackend os = AnsweringBackend.of(this::answer);
  private final Pool pool = new Pool(0);

  private Object answer(String call, Object[] arguments) {
    return switch (call) {
      case "pageSize" -> PAGE;
      case "granularity" -> 65_536L;
      case "duplicate" -> opened();
      case "sizeAndVisibility", "size" -> SIZE;
      case "map" -> (long) arguments[0] << 30;
      case "supports" -> true;
      case "residencyVisible" -> 1L;
      case "errorName" -> "EIO";
      case "origin" -> "a test";
      case "awaitLostPage" -> -1L;
      case "cacheState" -> count((long) arguments[0], (long[]) arguments[3]);
      case "resident" -> look((long) arguments[0] >> 30, (long[]) arguments[2]);
      case "evict" -> evict((long) arguments[0]);
      default -> 0L;
    };
  }

  private long opened() {
    cached.put(next.get(), SIZE / PAGE);
    return next.getAndIncrement();
  }

  private long count(long handle, long[] counts) {
    counts[0] = cached.getOrDefault(handle, 0L);
    return 0;
  }

  private long look(long handle, long[] bits) {
    Arrays.fill(bits, cached.getOrDefault(handle, 0L) > 0 ? -1 : 0);
    return 0;
  }

  private long evict(long handle) {
    evictions.merge(handle, 1, Integer::sum);
    if (handle == broken) {
      return -IO_ERROR;
    }
    cached.put(handle, 0L);
    return 0;
  }

  private Mapping map() throws IOException {
    Source source = new Source.OfDescriptor(new FileDescriptor());
    MapRequest request = MapRequest.of(source, Access.READ_WRITE, SIZE);
    return MappingCreator.map(os, request, StartOptions.ALL);
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void aFailedWriteIsRememberedAndTheOtherRegionsGoOn() throws IOException {
    Mapping bad = map();
    Mapping good = map();
    broken = bad.handle();
    pool.add(bad);
    pool.add(good);
    pool.enforce();
    assertEquals(0L, cached.get(good.handle()));
    assertNull(good.failedSync());
    assertNotNull(bad.failedSync());
    assertEquals(SIZE / PAGE, cached.get(bad.handle())); // the only copy stays
    assertEquals(1, pool.state().failures());
    MmapException e =
        assertThrows(
            MmapException.class, () -> WriteBack.sync(bad, 0, SIZE, SyncMode.DURABLE, false));
    assertTrue(e.toString().contains("earlier sync"), e.toString());
    Integer before = evictions.get(bad.handle());
    broken = -1;
    pool.enforce();
    assertEquals(before, evictions.get(bad.handle())); // not even if the disk is well again
    bad.close();
    good.close();
  }
}
