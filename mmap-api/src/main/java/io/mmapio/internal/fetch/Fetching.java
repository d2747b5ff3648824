// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.fetch;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.waiting.VirtualThreads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Brings pages into memory. The thread that waits for the disk is in native code all the time, so
 * no safepoint waits for it; a virtual thread parks, and a thread of the library waits in its
 * place.
 */
public final class Fetching {
  private Fetching() {}

  /**
   * Fetches ranges, and returns when all pages are resident.
   *
   * @param region stays reachable until then
   * @param mapping of the region
   * @param offsets of ranges inside the region, not changed by anybody
   * @param length of each range
   * @throws IOException if a page is lost, the OS reports an error, or the thread is interrupted
   */
  public static void fetch(Object region, Mapping mapping, long[] offsets, long length)
      throws IOException {
    FetchWork work = newWork(mapping, offsets, length);
    requireNotInterrupted(mapping);
    if (VirtualThreads.isCurrent() && !work.isResident()) {
      fetchElsewhere(new FetchTask(region, work, /* hasDependents= */ false), mapping);
      return;
    }
    while (work.step()) {
      requireNotInterrupted(mapping);
    }
    work.end(/* result= */ 0);
  }

  private static FetchWork newWork(Mapping mapping, long[] offsets, long length) {
    AccessRules.requirePages(mapping, false, "fetched");
    return new FetchWork(mapping, offsets, length);
  }

  private static void requireNotInterrupted(Mapping mapping) throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(mapping);
    }
  }

  private static InterruptedIOException interrupted(Mapping mapping) {
    return new InterruptedIOException(
        "the thread was interrupted before all pages were fetched: " + mapping.describe());
  }

  private static void fetchElsewhere(FetchTask task, Mapping mapping) throws IOException {
    task.start();
    try {
      task.future().get();
    } catch (InterruptedException e) {
      task.future().cancel(false);
      Thread.currentThread().interrupt();
      throw interrupted(mapping);
    } catch (CancellationException e) {
      throw interrupted(mapping); // while there was no room
    } catch (ExecutionException e) {
      throw thrownBy(e);
    }
  }

  /** Returns what the step threw, as it is. */
  private static RuntimeException thrownBy(ExecutionException outer) throws MmapException {
    Throwable cause = outer.getCause();
    if (cause instanceof MmapException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  /**
   * Fetches ranges without waiting for it.
   *
   * @param region stays reachable until the future is completed
   * @param mapping of the region
   * @param offsets of ranges inside the region, not changed by anybody
   * @param length of each range
   * @return completed when all pages are resident, or with what {@link #fetch} throws
   */
  public static CompletableFuture<Void> fetchAsync(
      Object region, Mapping mapping, long[] offsets, long length) {
    FetchWork work = newWork(mapping, offsets, length);
    try {
      if (work.isResident()) {
        work.finish();
        work.end(/* result= */ 0);
        return CompletableFuture.completedFuture(null);
      }
    } catch (MmapException e) {
      return CompletableFuture.failedFuture(e);
    }
    FetchTask task = new FetchTask(region, work, /* hasDependents= */ true);
    task.start();
    return task.future();
  }
}
