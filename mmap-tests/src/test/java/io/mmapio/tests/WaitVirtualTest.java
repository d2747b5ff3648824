// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.WaitOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual threads that wait at a word of a region: more than there are carriers anywhere. */
final class WaitVirtualTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int THREADS = 200;
  private static final int WORDS = 3;

  @TempDir Path directory;

  @BeforeEach
  void virtualThreadsExist() {
    assumeTrue(Runtime.version().feature() >= 21, "virtual threads came with JDK 21");
  }

  private MappedRegion region() throws IOException {
    return Mmap.map(Files.write(directory.resolve("file"), new byte[4096]), Access.READ_WRITE);
  }

  private static Thread startVirtual(Runnable work) throws ReflectiveOperationException {
    return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
  }

  /** Would never return if the first of the threads kept the carriers. */
  private static List<FutureTask<Boolean>> startWaits(WaitWords words) throws Exception {
    CountDownLatch started = new CountDownLatch(THREADS);
    List<FutureTask<Boolean>> waits = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int word = i % WORDS;
      FutureTask<Boolean> wait =
          new FutureTask<>(
              () -> {
                started.countDown();
                return words.awaitValue(word, 1, LONG);
              });
      startVirtual(wait);
      waits.add(wait);
    }
    started.await();
    return waits;
  }

  @Test
  void waitingThreadsLeaveTheirCarriersToTheOneThatWakesThem() throws Exception {
    try (MappedRegion region = region()) {
      WaitWords words = new WaitWords(region);
      List<FutureTask<Boolean>> waits = startWaits(words);
      FutureTask<Void> wake = new FutureTask<>(() -> wakeAll(words), null);
      startVirtual(wake);
      wake.get();
      for (FutureTask<Boolean> wait : waits) {
        assertTrue(wait.get());
      }
    }
  }

  private static void wakeAll(WaitWords words) {
    try {
      for (int word = 0; word < WORDS; word++) {
        words.set(word, 1);
        words.wakeAll(word);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closeEndsTheWaitsOfAll() throws Exception {
    MappedRegion region = region();
    List<FutureTask<Boolean>> waits = startWaits(new WaitWords(region));
    FutureTask<Void> close = new FutureTask<>(region::close, null);
    startVirtual(close);
    close.get();
    for (FutureTask<Boolean> wait : waits) {
      assertInstanceOf(IllegalStateException.class, failure(wait));
    }
  }

  @Test
  void interruptEndsAWait() throws Exception {
    try (MappedRegion region = region()) {
      for (int i = 0; i < 20; i++) {
        FutureTask<WaitOutcome> wait = new FutureTask<>(() -> region.signals().await(8, 0, LONG));
        startVirtual(wait).interrupt();
        assertInstanceOf(InterruptedException.class, failure(wait));
      }
    }
  }

  private static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, task::get).getCause();
  }
}
