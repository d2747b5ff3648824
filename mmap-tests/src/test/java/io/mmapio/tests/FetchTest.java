// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.PageState;
import io.mmapio.Residency;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that are fetched before they are touched. */
final class FetchTest {
  /** More than a step, and no multiple of one. */
  private static final int SIZE = (5 << 20) + 12_345;

  private static final Map<String, Source> SOURCES = sources();

  @TempDir Path directory;

  /** Maps something of at least a megabyte. */
  @FunctionalInterface
  private interface Source {
    MappedRegion map(Path file) throws IOException;
  }

  private static Map<String, Source> sources() {
    Map<String, Source> all = new LinkedHashMap<>();
    all.put("read-only file", file -> Mmap.map(file));
    all.put("file", file -> Mmap.map(file, Access.READ_WRITE));
    all.put("part of a file", file -> Mmap.file(file).range(77_777, 4 << 20).map());
    all.put("copy", file -> Mmap.map(file, Access.COPY_ON_WRITE));
    all.put("without descriptor", file -> Mmap.file(file).withoutDescriptor().map());
    all.put("advised", file -> Mmap.file(file).advise(Advice.RANDOM).map());
    all.put("guarded", file -> Machine.guardedIfPossible(Mmap.file(file)).map());
    all.put("memory", file -> Mmap.anonymous(SIZE).map());
    all.put("mirrored memory", file -> Mmap.anonymous(1 << 20).mirrored().map());
    all.put(
        "mirrored file",
        file -> Mmap.file(file).access(Access.READ_WRITE).range(1 << 20, 1 << 20).mirrored().map());
    all.put(
        "growing file",
        file -> Mmap.file(file).access(Access.READ_WRITE).capacity(2L * SIZE).map());
    return all;
  }

  static Iterable<String> names() {
    return SOURCES.keySet();
  }

  private MappedRegion region(String name) throws IOException {
    return SOURCES.get(name).map(file());
  }

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private static void assumePassedOn() {
    Machine.assumeNotEmulated("an emulator does not pass it on");
  }

  /** In what cannot be evicted, pages are resident anyway, or not before they are fetched. */
  private static void evictIfPossible(MappedRegion region) throws IOException {
    try {
      region.pages().evict();
    } catch (UnsupportedOperationException e) {
      // memory, or a copy
    }
  }

  private static void fetch(MappedRegion region, boolean async, long offset, long length)
      throws Exception {
    if (async) {
      region.fetchAsync(offset, length).get();
    } else {
      region.fetch(offset, length);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPageIsThere(String name) throws Exception {
    assumePassedOn();
    for (boolean async : new boolean[] {false, true}) {
      try (MappedRegion region = region(name)) {
        ByteBuffer view = region.buffer();
        byte last = view.get(view.capacity() - 1);
        evictIfPossible(region);
        fetch(region, async, 0, region.size());
        Residency residency = region.incore();
        assertEquals(0, residency.absent(), name + ", async " + async);
        assertTrue(residency.resident() > 0 || residency.unknown() > 0, name);
        assertEquals(last, view.get(view.capacity() - 1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void rangeAndNoMore(boolean async) throws Exception {
    assumePassedOn();
    long page = Mmap.pageSize();
    try (MappedRegion region = Mmap.anonymous(16 * page).map()) {
      fetch(region, async, 5 * page + 1, page); // touches two
      Residency residency = region.incore();
      assertEquals(2, residency.resident());
      assertEquals(PageState.RESIDENT, residency.state(5));
      assertEquals(PageState.RESIDENT, residency.state(6));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manyRangesAndNoMore(boolean async) throws Exception {
    assumePassedOn();
    long page = Mmap.pageSize();
    long[] offsets = LongStream.range(0, 500).map(i -> i * 3 % 500 * 4 * page + 1).toArray();
    try (MappedRegion region = Mmap.anonymous(2000 * page).map()) {
      if (async) {
        CompletableFuture<Void> fetch = region.fetchAsync(offsets, page);
        offsets[0] = Long.MAX_VALUE; // too late
        fetch.get();
      } else {
        region.fetch(offsets, page);
      }
      Residency residency = region.incore();
      assertEquals(1000, residency.resident());
      for (long i = 0; i < 2000; i++) {
        assertEquals(i % 4 < 2 ? PageState.RESIDENT : PageState.ABSENT, residency.state(i), "" + i);
      }
    }
  }

  /** That the pages are mapped is what spares the fault. */
  @Test
  void pagesAreMapped() throws IOException {
    Machine.assumeLinux();
    assumePassedOn();
    try (MappedRegion region = Mmap.map(file())) {
      ByteBuffer view = region.buffer();
      assertEquals("0 kB", Smaps.of(view).get("Rss"));
      region.fetch(0, SIZE);
      String rss = Smaps.of(view).get("Rss");

      assertTrue(Long.parseLong(rss.replace(" kB", "")) >= SIZE >> 10, rss);
    }
  }

  @Test
  void nothingIsFetchedForNoRange() throws Exception {
    assumePassedOn();
    try (MappedRegion region = Mmap.anonymous(SIZE).map();
        MappedRegion empty = Mmap.map(Bytes.patterned(directory.resolve("empty"), 0))) {
      region.fetch(SIZE, 0);
      region.fetch(new long[0], SIZE);
      region.fetch(new long[] {0, 5, SIZE}, 0);
      region.fetchAsync(5, 0).get();
      region.fetchAsync(new long[0], 1).get();
      assertEquals(0, region.incore().resident());
      empty.fetch(0, 0);
      empty.fetchAsync(0, 0).get();
    }
  }

  @Test
  void rangesOutsideAreRefusedAndNothingIsFetched() throws IOException {
    long[] bad = {0, SIZE - 9};
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      assertThrows(IndexOutOfBoundsException.class, () -> region.fetch(1, SIZE));
      assertThrows(IndexOutOfBoundsException.class, () -> region.fetch(-1, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> region.fetch(bad, 10));
      assertThrows(IndexOutOfBoundsException.class, () -> region.fetchAsync(0, -1));
      assertThrows(IndexOutOfBoundsException.class, () -> region.fetchAsync(bad, 10));
      assertFalse(region.incore().resident() > 0 && !Machine.isEmulated());
    }
  }

  @Test
  void whatMayNotBeTouchedIsRefused() throws IOException {
    try (MappedRegion none = Mmap.file(file()).access(Access.NONE).map()) {
      assertThrows(UnsupportedOperationException.class, () -> none.fetch(0, 1));
      assertThrows(UnsupportedOperationException.class, () -> none.fetchAsync(0, 1));
    }
  }

  @Test
  void interruptEndsAFetch() throws IOException {
    try (MappedRegion region = Mmap.anonymous(SIZE).map()) {
      Thread.currentThread().interrupt();
      InterruptedIOException e =
          assertThrows(InterruptedIOException.class, () -> region.fetch(0, SIZE));
      assertTrue(e.getMessage().contains("interrupted"), e.getMessage());
      assertTrue(Thread.interrupted(), "it is no longer interrupted");
      region.fetch(0, SIZE);
    }
  }

  @Test
  void whatIsResidentIsDoneAtOnce() throws IOException {
    assumePassedOn();
    MapOptions options = Mmap.file(file()).access(Access.READ_WRITE);
    try (MappedRegion region = options.map()) {
      region.fetch(0, SIZE);
      assumeTrue(region.isResident(), "the memory is needed elsewhere");
      assertTrue(region.fetchAsync(0, 1 << 20).isDone());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows refuses to truncate a mapped file")
  void lostPageIsAnException(boolean async) throws Exception {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "nobody tells");
    long kept = 2 * Mmap.pageSize();
    Path file = file();
    try (MappedRegion region = Mmap.map(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      region.fetch(0, SIZE);
      channel.truncate(kept);
      region.fetch(0, kept);
      LostPageException e = lost(region, async);
      assertEquals("fetch", e.call());
      assertEquals(kept, e.offset());
      assertEquals(kept, e.fileSize());
    }
  }

  @Test
  void regionMayShrinkAndGrowMeanwhile() throws Exception {
    assumeTrue(Feature.SHRINK.isSupported(), "nothing shrinks here");
    long large = 8L * SIZE;
    try (MappedRegion region = Mmap.file(file()).access(Access.READ_WRITE).capacity(large).map()) {
      for (int i = 0; i < 50; i++) {
        region.grow(large);
        CompletableFuture<Void> fetched = region.fetchAsync(0, large);
        region.shrink(SIZE);
        Bytes.requirePattern(region.buffer(0, SIZE));
        try {
          fetched.get();
        } catch (ExecutionException e) {
          assertInstanceOf(LostPageException.class, e.getCause()); // a page that was cut off
        }
      }
    }
  }

  private static LostPageException lost(MappedRegion region, boolean async) {
    if (!async) {
      return assertThrows(LostPageException.class, () -> region.fetch(0, SIZE));
    }
    CompletableFuture<Void> fetch = region.fetchAsync(0, SIZE);
    Throwable cause = assertThrows(ExecutionException.class, fetch::get).getCause();
    return assertInstanceOf(LostPageException.class, cause);
  }
}
