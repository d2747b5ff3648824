// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.fetch;

import io.mmapio.MmapException;
import io.mmapio.internal.lifetime.WaitList;
import io.mmapio.internal.mapping.Mapping;
import java.lang.ref.Reference;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A fetch by a thread of the library. A fetch with much to do gives way to others. */
final class FetchTask implements Runnable, WaitList.Wait {
  /** Steps before others get the thread. */
  private static final int TURN = 8;

  private final CompletableFuture<Void> future = new CompletableFuture<>();
  private final Object region;
  private final Mapping mapping;
  private final FetchWork work;
  private final boolean hasDependents;
  private volatile boolean closing;

  /**
   * Creates a task without starting it.
   *
   * @param region stays reachable until the task has ended
   * @param work to do
   * @param hasDependents whether code of the program may run when the future is completed
   */
  FetchTask(Object region, FetchWork work, boolean hasDependents) {
    this.region = region;
    this.mapping = work.mapping();
    this.work = work;
    this.hasDependents = hasDependents;
  }

  /** Returns what is completed when the fetch ends; completing it otherwise ends the fetch. */
  CompletableFuture<Void> future() {
    return future;
  }

  /**
   * Starts the task, as soon as there is room for it. If the thread is interrupted before, the
   * future is cancelled.
   *
   * @throws IllegalStateException if the region is closed
   */
  void start() {
    if (!FetchThreads.enter(mapping)) {
      future.cancel(false);
      return;
    }
    boolean started = false;
    try {
      mapping.waits.add(this); // before looking: see WaitList
      mapping.requireOpen();
      FetchThreads.execute(this);
      started = true;
    } finally {
      if (!started) {
        leave();
      }
    }
  }

  private void leave() {
    mapping.waits.remove(this);
    FetchThreads.leave();
  }

  @Override
  public void run() {
    try {
      if (!runTurn()) {
        FetchThreads.execute(this); // the rest
        return;
      }
    } catch (Throwable e) {
      complete(e);
    } finally {
      Reference.reachabilityFence(region);
    }
    work.end(/* result= */ -1); // if it was cancelled
    leave();
  }

  /** Does steps, and tells whether there are no more to do. */
  private boolean runTurn() throws MmapException {
    for (int step = 0; !future.isDone(); step++) {
      if (step >= TURN && FetchThreads.areBusy()) {
        return false;
      }
      if (!work.step()) {
        work.end(/* result= */ 0);
        complete(null);
        return true;
      }
    }
    return true;
  }

  /** Closing, which waits for the step in progress, ends what waits for a thread too. */
  @Override
  public void hurry() {
    if (!closing && !mapping.isOpen()) {
      closing = true;
      try {
        mapping.requireOpen();
      } catch (IllegalStateException e) {
        complete(e);
      }
    }
  }

  /** Completes the future, where code of the program may take its time if there is any. */
  private void complete(@Nullable Throwable failure) {
    if (!hasDependents) {
      completeHere(failure);
      return;
    }
    try {
      FetchThreads.complete(() -> completeHere(failure));
    } catch (OutOfMemoryError e) {
      completeHere(failure); // there are no more threads
    }
  }

  private void completeHere(@Nullable Throwable failure) {
    if (failure == null) {
      future.complete(null);
    } else {
      future.completeExceptionally(failure);
    }
  }
}
