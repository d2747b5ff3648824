// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.security.AccessController;
import java.security.PrivilegedAction;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread that is there while there is something for it to do, so that a class loader whose
 * application is done with this library can be collected: a thread keeps the classes it runs.
 */
public final class HousekeepingThread {
  /** How long it waits for something to do before it asks whether it is needed. */
  public static final int PATIENCE_MILLIS = 1000;

  private final String name;
  private final Round round;
  private final BooleanSupplier needed;
  private volatile @Nullable Thread running; // written under the lock of this

  /** What the thread does, again and again. */
  @FunctionalInterface
  public interface Round {
    /**
     * Waits for something to do, and does it.
     *
     * @return false if there was nothing for {@link #PATIENCE_MILLIS}
     */
    boolean isBusy();
  }

  /**
   * Starts nothing yet.
   *
   * @param name of the thread
   * @param round throws nothing
   * @param needed whether there may be something to do later; it is asked by {@link #wake} too
   */
  public HousekeepingThread(String name, Round round, BooleanSupplier needed) {
    this.name = name;
    this.round = round;
    this.needed = needed;
  }

  /**
   * Starts the thread if it is not there. To be called after it became {@code needed}: the thread
   * first says that it ends and then asks again whether it is needed, so that one of the two sees
   * the other.
   */
  public void wake() {
    if (running == null) {
      start();
    }
  }

  private synchronized void start() {
    if (running == null) {
      Thread thread = newThread();
      thread.start(); // may fail for want of memory
      running = thread;
    }
  }

  /**
   * A thread that has nothing of the thread that happens to need it first: not its group, priority,
   * class loader or thread locals, nor, by way of the access control context, the classes on its
   * stack.
   */
  @SuppressWarnings({
    "removal",
    "ThreadPriorityCheck"
  }) // up to JDK 23 a new thread keeps the context, whoever uses it
  private Thread newThread() {
    return AccessController.doPrivileged(
        (PrivilegedAction<Thread>)
            () -> {
              Thread thread = new Thread(systemGroup(), this::run, name, 0, false);
              thread.setDaemon(true);
              thread.setContextClassLoader(null);
              thread.setPriority(Thread.NORM_PRIORITY);
              return thread;
            });
  }

  private static ThreadGroup systemGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private void run() {
    do {
      while (round.isBusy()) {
        // until there is nothing to do for a while
      }
    } while (!ends());
  }

  private synchronized boolean ends() {
    if (needed.getAsBoolean()) {
      return false;
    }
    Thread self = running;
    running = null;
    if (needed.getAsBoolean()) {
      running = self;
      return false;
    }
    return true;
  }
}
