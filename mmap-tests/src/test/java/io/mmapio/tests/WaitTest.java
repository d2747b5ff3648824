// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.WaitOutcome;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that wait at a word of a region, and what ends their waits. */
final class WaitTest {
  private static final Duration LONG = Duration.ofMinutes(2);

  @TempDir Path directory;

  private Path file() throws IOException {
    return Files.write(directory.resolve("file"), new byte[3 * Math.toIntExact(Mmap.pageSize())]);
  }

  private MappedRegion region() throws IOException {
    return Mmap.map(file(), Access.READ_WRITE);
  }

  @Test
  void wordWithAnotherValueIsNotWaitedAt() throws Exception {
    try (MappedRegion region = region()) {
      WaitWords words = new WaitWords(region);
      words.set(1, 5);
      assertEquals(WaitOutcome.CHANGED, words.await(1, 0, Duration.ZERO));
      words.setLong(2, -1L << 32);
      assertEquals(
          WaitOutcome.CHANGED, region.signals().awaitLong(2 * WaitWords.STEP, 0, Duration.ZERO));
      words.set(1, -1);
      assertEquals(WaitOutcome.TIMED_OUT, words.await(1, -1, Duration.ZERO));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1_000, 70_000_000, 120_000_000})
  void waitLastsAsLongAsItsTimeout(long nanos) throws Exception {
    try (MappedRegion region = region()) {
      Duration timeout = Duration.ofNanos(nanos);
      long start = System.nanoTime();
      assertEquals(WaitOutcome.TIMED_OUT, region.signals().await(8, 0, timeout));
      long middle = System.nanoTime();
      assertTrue(middle - start >= nanos, "only " + (middle - start));
      assertEquals(WaitOutcome.TIMED_OUT, region.signals().awaitLong(8, 0, timeout));
      assertTrue(System.nanoTime() - middle >= nanos);
    }
  }

  @Test
  void everyTimeoutIsAllowed() throws Exception {
    try (MappedRegion region = region()) {
      WaitWords words = new WaitWords(region);
      FutureTask<Boolean> forEver =
          WaitingThread.start(() -> words.awaitValue(0, 1, Duration.ofNanos(Long.MAX_VALUE / 4)));
      FutureTask<WaitOutcome> longer =
          WaitingThread.start(() -> words.await(0, 0, Duration.ofSeconds(Long.MAX_VALUE)));
      words.set(0, 1);
      words.wakeAll(0);
      assertTrue(forEver.get());
      assertFalse(longer.get() == WaitOutcome.TIMED_OUT);
      assertEquals(WaitOutcome.TIMED_OUT, words.await(0, 1, Duration.ofSeconds(Long.MIN_VALUE)));
    }
  }

  @Test
  void wakeReachesOtherRegionsOfTheFile() throws Exception {
    Path file = file();
    try (MappedRegion waiting = Mmap.map(file);
        MappedRegion waking = Mmap.file(file).access(Access.READ_WRITE).range(4096, 4096).map()) {
      FutureTask<WaitOutcome> wait =
          WaitingThread.start(() -> waiting.signals().await(4096 + 64, 0, LONG));
      WaitWords words = new WaitWords(waking);
      words.set(1, 1);
      words.wake(1);
      assertFalse(wait.get() == WaitOutcome.TIMED_OUT);
    }
  }

  @Test
  void bothHalvesOfAMirroredRegionAreTheSameWord() throws Exception {
    long size = Mmap.allocationGranularity();
    try (MappedRegion region = Mmap.anonymous(size).mirrored().map()) {
      FutureTask<WaitOutcome> wait =
          WaitingThread.start(() -> region.signals().await(size + 64, 0, LONG));
      WaitWords words = new WaitWords(region);
      words.set(1, 1);
      words.wake(1);
      assertFalse(wait.get() == WaitOutcome.TIMED_OUT);
    }
  }

  @Test
  void threadsOfOneProcessMeetInAnonymousAndPrivateMemory() throws Exception {
    Path file = file();
    try (MappedRegion anonymous = Mmap.anonymous(4096).map();
        MappedRegion copy = Mmap.map(file, Access.COPY_ON_WRITE)) {
      for (MappedRegion region : List.of(anonymous, copy)) {
        FutureTask<WaitOutcome> wait =
            WaitingThread.start(() -> region.signals().await(64, 0, LONG));
        WaitWords words = new WaitWords(region);
        words.set(1, 1);
        words.wake(1);
        assertFalse(wait.get() == WaitOutcome.TIMED_OUT);
      }
    }
    assertEquals(0, Bytes.at(file, 64));
  }

  /** The Linux kernel refuses to wait at a private page that is read-only, as if it were lost. */
  @Test
  void privateMemoryThatIsReadOnlyIsNotLost() throws Exception {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "no checked access here");
    try (MappedRegion anonymous = Mmap.anonymous(4096).map();
        MappedRegion copy = Mmap.map(file(), Access.COPY_ON_WRITE)) {
      for (MappedRegion region : List.of(anonymous, copy)) {
        region.checked().write(64, ByteBuffer.wrap(new byte[] {1, 1, 1, 1}));
        region.protect(Access.READ_ONLY);
        assertEquals(
            WaitOutcome.TIMED_OUT, region.signals().await(64, 0x01010101, Duration.ofMillis(5)));
        assertEquals(WaitOutcome.CHANGED, region.signals().await(64, 0, LONG));
        region.signals().wakeAll(64);
      }
    }
  }

  @Test
  void wakeEndsAWaitForALong() throws Exception {
    try (MappedRegion region = region()) {
      FutureTask<WaitOutcome> wait =
          WaitingThread.start(() -> region.signals().awaitLong(64, 0, LONG));
      WaitWords words = new WaitWords(region);
      words.setLong(1, 1L << 32);
      words.wakeAll(1);
      assertFalse(wait.get() == WaitOutcome.TIMED_OUT);
    }
  }

  @Test
  void wordsThatCannotBeWaitedAtAreRefused() throws Exception {
    Path file = file();
    try (MappedRegion region = Mmap.map(file);
        MappedRegion odd = Mmap.file(file).range(2, 100).map();
        MappedRegion none = Mmap.map(file, Access.NONE)) {
      assertThrows(IllegalArgumentException.class, () -> region.signals().await(2, 0, LONG));
      assertThrows(IllegalArgumentException.class, () -> region.signals().awaitLong(4, 0, LONG));
      assertThrows(IllegalArgumentException.class, () -> region.signals().wake(1));
      assertThrows(IllegalArgumentException.class, () -> odd.signals().wakeAll(4));
      odd.signals().wakeAll(2);
      long size = region.size();
      for (long offset : new long[] {-4, size, size - 2, Long.MAX_VALUE - 3, Long.MIN_VALUE}) {
        assertThrows(
            IndexOutOfBoundsException.class, () -> region.signals().await(offset, 0, LONG));
        assertThrows(IndexOutOfBoundsException.class, () -> region.signals().wake(offset));
      }
      assertThrows(UnsupportedOperationException.class, () -> none.signals().await(0, 0, LONG));
      assertThrows(UnsupportedOperationException.class, () -> none.signals().wake(0));
    }
  }

  @Test
  void systemsThatLetThreadsSleepAreKnown() {
    String system = System.getProperty("os.name");
    if (system.equals("Linux")) {
      assertTrue(Feature.WAIT.isSupported());
      assertFalse(Feature.WAIT_LONG.isSupported());
    } else if (system.startsWith("Windows")) {
      assertFalse(Feature.WAIT.isSupported());
      assertFalse(Feature.WAIT_LONG.isSupported());
    }
  }
}
