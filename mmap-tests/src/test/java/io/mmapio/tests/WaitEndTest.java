// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.WaitOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What ends a wait besides a wake: interrupts, closing, protecting and shrinking. */
final class WaitEndTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int THREADS = 8;

  private static final int CLOSES = 15;

  /** Closing takes next to nothing; if it had to wait for a thread to look, about 40 ms. */
  private static final long MEDIAN_CLOSE_MILLIS = 20;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Files.write(directory.resolve("file"), new byte[3 * Math.toIntExact(Mmap.pageSize())]);
  }

  private MappedRegion region() throws IOException {
    return Mmap.map(file(), Access.READ_WRITE);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void interruptEndsAWait(boolean ofALong) throws Exception {
    try (MappedRegion region = region()) {
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        FutureTask<WaitOutcome> wait =
            WaitingThread.start(
                () ->
                    ofALong
                        ? region.signals().awaitLong(8, 0, LONG)
                        : region.signals().await(8, 0, LONG),
                threads);
        threads.get(i).interrupt();
        assertInstanceOf(InterruptedException.class, WaitingThread.failure(wait));
      }
    }
  }

  /** A thread that has waited for some time looks twice a second only. */
  @Test
  void interruptEndsALongWaitAtOnce() throws Exception {
    long[] nanos = new long[CLOSES];
    try (MappedRegion region = region()) {
      for (int round = 0; round < CLOSES; round++) {
        List<Thread> threads = new ArrayList<>();
        FutureTask<WaitOutcome> wait =
            WaitingThread.start(() -> region.signals().await(8, 0, LONG), threads);
        Thread thread = threads.get(0);
        while (Feature.WAIT.isSupported() && !isInALongCall(thread)) {
          Thread.onSpinWait();
        }
        long start = System.nanoTime();
        thread.interrupt();
        assertInstanceOf(InterruptedException.class, WaitingThread.failure(wait));
        nanos[round] = System.nanoTime() - start;
      }
    }
    Arrays.sort(nanos);
    if (!Machine.isEmulated()) {
      assertTrue(nanos[CLOSES / 2] < MEDIAN_CLOSE_MILLIS * 1_000_000, () -> Arrays.toString(nanos));
    }
  }

  private static boolean isInALongCall(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().endsWith("InterruptibleCall"));
  }

  @Test
  void interruptedThreadDoesNotBeginToWait() throws Exception {
    try (MappedRegion region = region()) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, () -> region.signals().await(8, 0, LONG));
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void closeEndsAllWaitsAtOnce(boolean ofLongs) throws Exception {
    long[] nanos = new long[CLOSES];
    Path file = file();
    for (int round = 0; round < CLOSES; round++) {
      MappedRegion region = Mmap.map(file, Access.READ_WRITE);
      List<FutureTask<WaitOutcome>> waits = new ArrayList<>();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        long offset = 8L * (i / 2);
        waits.add(
            WaitingThread.start(
                () ->
                    ofLongs
                        ? region.signals().awaitLong(offset, 0, LONG)
                        : region.signals().await(offset, 0, LONG),
                threads));
      }
      if (round % 2 == 0) { // in the other rounds, some begin just now
        threads.forEach(WaitingThread::awaitSleep);
      }
      long start = System.nanoTime();
      region.close();
      for (FutureTask<WaitOutcome> wait : waits) {
        assertInstanceOf(IllegalStateException.class, WaitingThread.failure(wait));
      }
      nanos[round] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    if (!Machine.isEmulated()) {
      assertTrue(nanos[CLOSES / 2] < MEDIAN_CLOSE_MILLIS * 1_000_000, () -> Arrays.toString(nanos));
    }
  }

  @Test
  void protectingEndsWaits() throws Exception {
    try (MappedRegion region = region()) {
      FutureTask<WaitOutcome> wait = WaitingThread.start(() -> untilThrown(region));
      region.protect(Access.NONE);
      assertInstanceOf(UnsupportedOperationException.class, WaitingThread.failure(wait));
    }
  }

  @Test
  void shrinkingEndsWaitsInThePartThatIsGone() throws Exception {
    assumeTrue(Feature.SHRINK.isSupported(), "no shrinking here");
    int size = 2 * Math.toIntExact(Mmap.pageSize());
    Path file = Files.write(directory.resolve("file"), new byte[size]);
    try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).capacity(size).map()) {
      FutureTask<WaitOutcome> wait =
          WaitingThread.start(() -> region.signals().await(size - 4, 0, LONG));
      region.shrink(4);
      assertInstanceOf(IndexOutOfBoundsException.class, WaitingThread.failure(wait));
      assertEquals(WaitOutcome.TIMED_OUT, region.signals().await(0, 0, Duration.ZERO));
    }
  }

  private static WaitOutcome untilThrown(MappedRegion region)
      throws IOException, InterruptedException {
    while (true) {
      region.signals().await(8, 0, LONG);
    }
  }
}
