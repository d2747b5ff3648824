// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.waiting;

import io.mmapio.MmapException;
import io.mmapio.internal.lifetime.HousekeepingThread;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps virtual threads from occupying their carriers. A virtual thread cannot leave its carrier
 * during a native call, and the carriers are as few as the processors.
 */
public final class VirtualThreads {
  /** {@code Thread.isVirtual}, which came with JDK 21; null before. */
  private static final @Nullable MethodHandle IS_VIRTUAL = isVirtual();

  /** Has threads only while calls are in progress, and for a second afterwards. */
  private static final ThreadPoolExecutor THREADS =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          HousekeepingThread.PATIENCE_MILLIS,
          TimeUnit.MILLISECONDS,
          new SynchronousQueue<>(),
          work -> HousekeepingThread.newThread("mmap-io waiter", work));

  private VirtualThreads() {}

  private static @Nullable MethodHandle isVirtual() {
    try {
      return MethodHandles.publicLookup()
          .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
    } catch (NoSuchMethodException | IllegalAccessException e) {
      return null;
    }
  }

  /** Tells whether the current thread is virtual. */
  public static boolean isCurrent() {
    try {
      return IS_VIRTUAL != null && (boolean) IS_VIRTUAL.invokeExact(Thread.currentThread());
    } catch (Throwable e) {
      throw new LinkageError("Thread.isVirtual failed", e);
    }
  }

  /** Calls in a platform thread, and waits for the result in the current thread. */
  static <T> T callElsewhere(Callable<T> call) throws InterruptedException, MmapException {
    FutureTask<T> task = new FutureTask<>(call);
    THREADS.execute(task);
    try {
      return task.get();
    } catch (InterruptedException e) {
      task.cancel(/* mayInterruptIfRunning= */ true);
      throw e;
    } catch (ExecutionException e) {
      throw thrownBy(e.getCause());
    }
  }

  /** Returns what a wait may throw, as it is. */
  private static RuntimeException thrownBy(@Nullable Throwable cause)
      throws InterruptedException, MmapException {
    if (cause instanceof MmapException e) {
      throw e;
    }
    if (cause instanceof InterruptedException e) {
      throw e;
    }
    if (cause instanceof Error e) {
      throw e;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
