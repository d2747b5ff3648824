// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A program that fetches from a disk which answers when it is told to: {@link GatedBackend}. Each
 * of its parts ends with an error, or never, if something is wrong.
 */
final class FetchGates {
  static final Map<String, Part> PARTS = parts();

  /** Fetches that may run or wait, as the documentation says. */
  private static final int REQUESTS = 1024;

  private static final int THREADS =
      Math.max(8, Math.min(32, 2 * Runtime.getRuntime().availableProcessors()));

  private static final long STEP = 2 << 20;
  private static final int STEPS = 20;

  private FetchGates() {}

  @FunctionalInterface
  interface Part {
    void run() throws Exception;
  }

  private static Map<String, Part> parts() {
    Map<String, Part> parts = new LinkedHashMap<>();
    parts.put("threads are bounded", FetchGates::threadsAreBounded);
    parts.put("requests are bounded", FetchGates::requestsAreBounded);
    parts.put("close ends all", FetchGates::closeEndsAll);
    parts.put("cancel ends the rest", FetchGates::cancelEndsTheRest);
    parts.put("long fetches give way", FetchGates::longFetchesGiveWay);
    parts.put("dependents may block", FetchGates::dependentsMayBlock);
    parts.put("region stays", FetchGates::regionStays);
    parts.put("protect is noticed", FetchGates::protectIsNoticed);
    if (Runtime.version().feature() >= 21) {
      parts.put("virtual threads park", FetchGates::virtualThreadsPark);
      parts.put("virtual threads are interrupted", FetchGates::virtualThreadsAreInterrupted);
    }
    return parts;
  }

  /** Arguments: none. */
  public static void main(String[] arguments) throws Exception {
    for (Map.Entry<String, Part> part : PARTS.entrySet()) {
      GatedBackend.shut();
      part.getValue().run();
      GatedBackend.open();
      require(Mmap.statistics().openRegions().isEmpty(), "a region stays open");
      System.out.println("ok: " + part.getKey());
    }
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      GatedBackend.open(); // or closing, on the way out, would wait for ever
      throw new AssertionError(what);
    }
  }

  /** Memory that nobody has touched, so it is not resident. */
  private static MappedRegion region() throws IOException {
    return Mmap.anonymous(STEPS * STEP).map();
  }

  /** Starts fetches of other pages each. */
  private static List<CompletableFuture<Void>> start(MappedRegion region, int fetches) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < fetches; i++) {
      all.add(region.fetchAsync(i % STEPS * STEP, 1));
    }
    return all;
  }

  private static void awaitAll(List<CompletableFuture<Void>> fetches) throws Exception {
    for (CompletableFuture<Void> fetch : fetches) {
      fetch.get();
    }
  }

  private static Throwable failure(CompletableFuture<Void> fetch) throws InterruptedException {
    try {
      fetch.get();
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("it did not fail");
  }

  private static void threadsAreBounded() throws Exception {
    try (MappedRegion region = region()) {
      List<CompletableFuture<Void>> fetches = start(region, 10 * THREADS);
      Set<Thread> threads = Set.copyOf(GatedBackend.awaitCalls(THREADS));
      require(threads.size() == THREADS, "a thread came twice");
      threads.forEach(thread -> require(thread.getName().equals("mmap-io fetch"), "" + thread));
      require(fetches.stream().noneMatch(CompletableFuture::isDone), "done before the disk");
      require(GatedBackend.calls() == THREADS, "more than " + THREADS);
      GatedBackend.open();
      awaitAll(fetches);
      require(threads.containsAll(GatedBackend.awaitCalls(10 * THREADS)), "more threads");
    }
  }

  private static void requestsAreBounded() throws Exception {
    MappedRegion other = region();
    try (MappedRegion region = region()) {
      List<CompletableFuture<Void>> fetches = start(region, REQUESTS);
      FutureTask<Boolean> interrupted = new FutureTask<>(() -> isCancelled(region));
      Thread first = waiting(interrupted);
      first.interrupt();
      require(interrupted.get(), "the interrupt was forgotten");
      FutureTask<CompletableFuture<Void>> closed = new FutureTask<>(() -> other.fetchAsync(0, 1));
      waiting(closed);
      other.close();
      require(failure(closed) instanceof IllegalStateException, "closing did not end it");
      FutureTask<CompletableFuture<Void>> patient = new FutureTask<>(() -> region.fetchAsync(0, 1));
      waiting(patient);
      GatedBackend.open();
      patient.get().get();
      awaitAll(fetches);
    }
  }

  private static boolean isCancelled(MappedRegion region) {
    CompletableFuture<Void> fetch = region.fetchAsync(0, 1);
    return fetch.isCancelled() && Thread.interrupted();
  }

  private static Throwable failure(FutureTask<?> task) throws InterruptedException {
    try {
      task.get();
    } catch (ExecutionException e) {
      return e.getCause();
    }
    throw new AssertionError("it did not fail");
  }

  /** Starts a thread, and returns when it waits. */
  private static Thread waiting(FutureTask<?> task) {
    Thread thread = new Thread(task);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      require(!task.isDone(), "it did not wait");
      Thread.onSpinWait();
    }
    return thread;
  }

  /** What waits for a thread ends at once, while closing waits for what has one. */
  private static void closeEndsAll() throws Exception {
    MappedRegion region = region();
    List<CompletableFuture<Void>> fetches = start(region, 5 * THREADS);
    GatedBackend.awaitCalls(THREADS);
    FutureTask<Void> close = new FutureTask<>(region::close, null);
    new Thread(close).start();
    for (CompletableFuture<Void> fetch : fetches) {
      require(failure(fetch) instanceof IllegalStateException, "not closed");
    }
    require(!close.isDone(), "closing did not wait for the calls in progress");
    GatedBackend.open();
    close.get();
    require(GatedBackend.calls() == THREADS, "a closed region was called");
  }

  private static void cancelEndsTheRest() throws Exception {
    try (MappedRegion region = region()) {
      CompletableFuture<Void> fetch = region.fetchAsync(0, region.size());
      GatedBackend.pass(2);
      GatedBackend.awaitCalls(3);
      fetch.cancel(true);
      GatedBackend.open();
      region.fetch(0, STEP); // after which threads would have gone on
      CompletableFuture<Void> next = region.fetchAsync(0, region.size());
      next.get();
      require(GatedBackend.calls() == 3 + 1 + STEPS, GatedBackend.calls() + " calls");
    }
  }

  /** All threads are in fetches that are far from their ends, and a short one is done. */
  private static void longFetchesGiveWay() throws Exception {
    try (MappedRegion region = region()) {
      List<CompletableFuture<Void>> fetches = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        fetches.add(region.fetchAsync(0, region.size()));
      }
      GatedBackend.awaitCalls(THREADS);
      CompletableFuture<Void> last = region.fetchAsync(0, 1);
      // In turns, as the gate is fair: each may do eight steps before the last one has its own.
      for (int passed = 1; passed <= 10 * THREADS; passed++) {
        GatedBackend.pass(1);
        GatedBackend.awaitCalls(THREADS + passed);
      }
      last.get(1, TimeUnit.MINUTES);
      require(fetches.stream().noneMatch(CompletableFuture::isDone), "it was not the first");
      GatedBackend.open();
      awaitAll(fetches);
    }
  }

  private static void dependentsMayBlock() throws Exception {
    CountDownLatch blocked = new CountDownLatch(3 * THREADS);
    CountDownLatch released = new CountDownLatch(1);
    Set<String> names = new TreeSet<>();
    try (MappedRegion region = region()) {
      List<CompletableFuture<Void>> after = new ArrayList<>();
      for (CompletableFuture<Void> fetch : start(region, 3 * THREADS)) {
        after.add(
            fetch.thenRun(
                () -> {
                  synchronized (names) {
                    names.add(Thread.currentThread().getName());
                  }
                  blocked.countDown();
                  await(released);
                }));
      }
      GatedBackend.open();
      blocked.await();
      region.fetchAsync(0, region.size()).get();
      released.countDown();
      awaitAll(after);
      require(names.equals(Set.of("mmap-io fetched")), "dependents ran in " + names);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Only the fetch knows of it. */
  private static void regionStays() throws Exception {
    CompletableFuture<Void> fetch = region().fetchAsync(0, STEPS * STEP);
    GatedBackend.pass(1);
    GatedBackend.awaitCalls(2);
    for (int i = 0; i < 5; i++) {
      System.gc();
    }
    require(Mmap.statistics().openRegions().size() == 1, "it was collected");
    GatedBackend.open();
    fetch.get();
    require(
        Footprint.collectUntil(() -> Mmap.statistics().openRegions().isEmpty()),
        "it stays after the fetch");
  }

  private static void protectIsNoticed() throws Exception {
    try (MappedRegion region = region()) {
      CompletableFuture<Void> fetch = region.fetchAsync(0, region.size());
      GatedBackend.awaitCalls(1);
      FutureTask<Void> protect =
          new FutureTask<>(
              () -> {
                region.protect(Access.NONE);
                return null;
              });
      Thread thread = new Thread(protect);
      thread.start();
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait(); // until it waits for the step
      }
      GatedBackend.open();
      protect.get();
      require(failure(fetch) instanceof UnsupportedOperationException, "it was not noticed");
    }
  }

  private static Thread startVirtual(Runnable work) throws ReflectiveOperationException {
    return (Thread) Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
  }

  /** There is one carrier, which is free for others while threads fetch. */
  private static void virtualThreadsPark() throws Exception {
    try (MappedRegion region = region()) {
      List<FutureTask<Void>> fetches = new ArrayList<>();
      for (int i = 0; i < 5 * THREADS; i++) {
        long[] offsets = {i % STEPS * STEP, 0};
        FutureTask<Void> fetch =
            new FutureTask<>(
                () -> {
                  region.fetch(offsets, 1);
                  return null;
                });
        startVirtual(fetch);
        fetches.add(fetch);
      }
      GatedBackend.awaitCalls(THREADS);
      FutureTask<Void> other = new FutureTask<>(GatedBackend::open, null);
      startVirtual(other);
      other.get();
      for (FutureTask<Void> fetch : fetches) {
        fetch.get();
      }
    }
  }

  private static void virtualThreadsAreInterrupted() throws Exception {
    try (MappedRegion region = region()) {
      FutureTask<Boolean> fetch = new FutureTask<>(() -> isInterrupted(region));
      Thread thread = startVirtual(fetch);
      GatedBackend.awaitCalls(1);
      thread.interrupt();
      require(fetch.get(), "the interrupt was forgotten");
      GatedBackend.open();
    }
  }

  private static boolean isInterrupted(MappedRegion region) throws IOException {
    try {
      region.fetch(0, region.size());
      return false;
    } catch (InterruptedIOException e) {
      return Thread.interrupted();
    } catch (CancellationException e) {
      throw new IOException(e);
    }
  }
}
