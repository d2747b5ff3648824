// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.lifetime;

import java.security.AccessController;
import java.security.PrivilegedAction;
import org.jspecify.annotations.Nullable;

/**
 * A thread that exists only while it has work. A thread keeps its classes alive, so the class
 * loader of an application that no longer uses this library can be collected only without the
 * thread.
 */
public final class HousekeepingThread {
  /** How long the thread waits for work before it checks whether it is still needed. */
  public static final int PATIENCE_MILLIS = 1000;

  private final String name;
  private final Work work;
  private volatile @Nullable Thread running; // written under the lock of this

  /** The work of the thread. Its methods must not throw. */
  public interface Work {
    /**
     * Waits for work, and does it. Repeated.
     *
     * @return false if there was no work for {@link #PATIENCE_MILLIS}
     */
    boolean isBusy();

    /** Tells whether there may be work later; {@link #wake} asks too. */
    boolean isNeeded();
  }

  /**
   * Creates the object without starting a thread.
   *
   * @param name of the thread
   * @param work what it does
   */
  public HousekeepingThread(String name, Work work) {
    this.name = name;
    this.work = work;
  }

  /**
   * Starts the thread if it is not running. Call this method after {@code isNeeded} has become
   * true. The ending thread announces its end first and then checks again whether it is needed. So
   * at least one of the two sees the other.
   */
  public void wake() {
    if (running == null) {
      start();
    }
  }

  private synchronized void start() {
    if (running == null) {
      Thread thread = newThread(name, new Rounds());
      thread.start(); // may fail for want of memory
      running = thread;
    }
  }

  /**
   * Creates a thread that inherits nothing from the current thread: not its group, priority, class
   * loader or thread locals, nor, through the access control context, the classes on its stack.
   */
  @SuppressWarnings({
    "removal",
    "ThreadPriorityCheck"
  }) // up to JDK 23 a new thread keeps the context, whoever uses it
  public static Thread newThread(String name, Runnable work) {
    return AccessController.doPrivileged(
        new PrivilegedAction<Thread>() {
          @Override
          public Thread run() {
            Thread thread = new Thread(systemGroup(), work, name, 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(null);
            thread.setPriority(Thread.NORM_PRIORITY);
            return thread;
          }
        });
  }

  private static ThreadGroup systemGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private final class Rounds implements Runnable {
    @Override
    public void run() {
      do {
        while (work.isBusy()) {
          // until there has been no work for a while
        }
      } while (!ends());
    }
  }

  private synchronized boolean ends() {
    if (work.isNeeded()) {
      return false;
    }
    Thread self = running;
    running = null;
    if (work.isNeeded()) {
      running = self;
      return false;
    }
    return true;
  }
}
