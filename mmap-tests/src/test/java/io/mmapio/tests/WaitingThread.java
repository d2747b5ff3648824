// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Threads that wait at words. */
final class WaitingThread {
  private WaitingThread() {}

  /** Starts a thread that waits, and returns when it is about to. */
  static <T> FutureTask<T> start(Callable<T> wait, List<Thread> threads)
      throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              started.countDown();
              return wait.call();
            });
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
    started.await();
    return task;
  }

  static <T> FutureTask<T> start(Callable<T> wait) throws InterruptedException {
    return start(wait, new ArrayList<>());
  }

  static Throwable failure(FutureTask<?> task) {
    return assertThrows(ExecutionException.class, task::get).getCause();
  }

  /** Returns when a thread sleeps: in the call of the OS, or until it reads the word again. */
  static void awaitSleep(Thread thread) {
    StackTraceElement[] stack = thread.getStackTrace();
    while (stack.length == 0 || !calls(stack[0])) {
      assertTrue(thread.isAlive());
      stack = thread.getStackTrace();
    }
  }

  /** Whether a method is a call of the OS: by JNI, or by the foreign function API. */
  private static boolean calls(StackTraceElement method) {
    return method.isNativeMethod() || method.getClassName().equals("io.mmapio.ffm.LinuxLibc");
  }
}
