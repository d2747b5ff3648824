// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import java.util.concurrent.TimeUnit;

/**
 * Counts the address ranges that closed regions still hold because views of them can be reached,
 * and gets them back when the address space has run out.
 */
final class Tombstones {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Object LOCK = new Object();
  private static long count;
  private static long bytes;

  private Tombstones() {}

  static void added(long length) {
    synchronized (LOCK) {
      count++;
      bytes += length;
    }
  }

  static void givenBack(long length) {
    synchronized (LOCK) {
      count--;
      bytes -= length;
      LOCK.notifyAll();
    }
  }

  static String describe() {
    synchronized (LOCK) {
      return count
          + " closed regions hold "
          + bytes
          + " bytes of addresses until their last views are collected";
    }
  }

  /**
   * Has the garbage collector look for views that nobody holds any more, as the JDK does when it
   * cannot map, and waits for the first range to come back.
   *
   * @return whether one came back, so that mapping may be tried again
   */
  static boolean reclaim() {
    synchronized (LOCK) {
      if (count == 0) {
        return false;
      }
    }
    long before = count();
    System.gc();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    synchronized (LOCK) {
      while (count >= before) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(LOCK, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return count < before;
        }
      }
      return true;
    }
  }

  static long count() {
    synchronized (LOCK) {
      return count;
    }
  }
}
