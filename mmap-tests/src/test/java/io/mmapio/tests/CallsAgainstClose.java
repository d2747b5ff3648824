// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A program in which one thread calls a region while another closes it, many times over. It ends
 * with an error if a call meets a range or a descriptor that was given back.
 */
final class CallsAgainstClose {
  private CallsAgainstClose() {}

  @FunctionalInterface
  private interface Call {
    void on(MappedRegion region) throws IOException;
  }

  private static final List<Call> CALLS =
      List.of(
          MappedRegion::incore,
          region -> region.sync(SyncMode.ASYNC),
          region -> region.advise(Advice.WILLNEED),
          region -> region.sync(SyncMode.BLOCKING),
          region -> region.fetch(0, 1),
          CallsAgainstClose::fetchAsync,
          region -> region.buffer(0, 1),
          region -> region.read(0, ByteBuffer.allocate(1000)),
          region -> region.write(0, ByteBuffer.allocateDirect(1000)),
          region -> await(region, Duration.ofMillis(1)),
          region -> region.signals().wakeAll(0));

  /** What the word is does not matter: the call waits, or does not. */
  private static void await(MappedRegion region, Duration timeout) throws IOException {
    try {
      region.signals().await(0, 0, timeout);
      region.signals().awaitLong(8, 0, timeout);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Closing completes it. */
  private static void fetchAsync(MappedRegion region) {
    CompletableFuture<Void> unused = region.fetchAsync(new long[100], 1);
  }

  /** Arguments: the file, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    long calls = 0;
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try {
      for (int round = 0; round < rounds; round++) {
        calls += round(caller, file, CALLS.get(round % CALLS.size()));
      }
    } finally {
      caller.shutdown();
    }
    System.out.println("rounds " + rounds + ", calls before closing " + calls);
  }

  private static long round(ExecutorService caller, Path file, Call call) throws Exception {
    MappedRegion region = Mmap.map(file, Access.READ_WRITE);
    CountDownLatch calling = new CountDownLatch(1);
    Future<Long> calls = caller.submit(untilClosed(region, call, calling));
    calling.await();
    region.close();
    return calls.get(); // any exception but IllegalStateException comes out here
  }

  private static Callable<Long> untilClosed(
      MappedRegion region, Call call, CountDownLatch calling) {
    return () -> {
      long calls = 0;
      try {
        while (true) {
          boolean open = region.isOpen();
          call.on(region);
          if (!open) {
            throw new AssertionError("a closed region answered");
          }
          calls++;
          calling.countDown();
        }
      } catch (IllegalStateException e) {
        if (region.isOpen()) {
          throw e;
        }
        return calls;
      } finally {
        calling.countDown(); // also if the first call fails: nobody shall wait for it
      }
    };
  }
}
