// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.waiting;

import io.mmapio.MmapException;
import io.mmapio.WaitOutcome;
import io.mmapio.internal.lifetime.WaitList;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.LostPages;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.WaitCalls;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One wait at a word of a region. */
public final class WordWait implements WaitList.Wait {
  /**
   * The time of a first call of the OS, and of each call for a long, of which the OS may compare
   * only a half. Then the thread looks whether it was interrupted.
   */
  private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** The longest time in one call of the OS. Nothing ends a call when the page is lost. */
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(16);

  private final Mapping mapping;
  private final long offset;
  private final int size;
  private final long expected;
  private final long timeout;
  private final long start = System.nanoTime();

  /** The thread that reads the word again and again; null if the OS waits. */
  private volatile @Nullable Thread reader;

  private volatile boolean hurried;
  private long pause = FIRST_PAUSE_NANOS;

  private WordWait(Mapping mapping, long offset, int size, long expected, long timeout) {
    this.mapping = mapping;
    this.offset = offset;
    this.size = size;
    this.expected = expected;
    this.timeout = timeout;
  }

  /**
   * Waits while a word has an expected value.
   *
   * @param mapping of the region
   * @param offset of the word
   * @param size of the word, 4 or 8
   * @param expected its value
   * @param timeout the longest time
   * @return why the wait is over
   * @throws InterruptedException if the thread is interrupted
   * @throws MmapException if the page is lost or the OS reports an error
   */
  public static WaitOutcome await(
      Mapping mapping, long offset, int size, long expected, Duration timeout)
      throws InterruptedException, MmapException {
    check(mapping, offset, size);
    WordWait wait = new WordWait(mapping, offset, size, expected, nanos(timeout));
    WaitOutcome outcome = VirtualThreads.isCurrent() ? wait.virtually() : wait.run();
    VarHandle.acquireFence();
    return outcome;
  }

  private static long nanos(Duration timeout) {
    try {
      return timeout.toNanos();
    } catch (ArithmeticException e) {
      return timeout.isNegative() ? 0 : Long.MAX_VALUE;
    }
  }

  private static void check(Mapping mapping, long offset, int size) {
    AccessRules.requirePages(mapping, /* write= */ false, "waited at");
    Objects.checkFromIndexSize(offset, size, mapping.size());
    if ((mapping.geometry().addressOf(offset) & (size - 1)) != 0) {
      throw new IllegalArgumentException(
          "the address of the word at offset "
              + offset
              + " is not a multiple of "
              + size
              + ": "
              + mapping.describe());
    }
  }

  /**
   * Wakes threads that wait at a word.
   *
   * @param mapping of the region
   * @param offset of the word
   * @param all whether to wake all of them
   * @throws MmapException if the page is lost or the OS reports an error
   */
  public static void wake(Mapping mapping, long offset, boolean all) throws MmapException {
    check(mapping, offset, Integer.BYTES);
    VarHandle.fullFence(); // the caller's change of the word, before looking for those who wait
    for (WaitList.Wait wait : mapping.waits.all()) {
      if (wait instanceof WordWait word && word.offset == offset) {
        word.wakeReader();
      }
    }
    long address = mapping.geometry().addressOf(offset);
    long result = mapping.calling(() -> mapping.os.wake(address, all));
    if (result == MmapBackend.LOST) {
      check(mapping, offset, Integer.BYTES);
      if (mapping.calling(() -> mapping.os.copyOut(address, new byte[1], 0, 1)) == 1) {
        return; // see step
      }
      throw LostPages.met(mapping, "wake", offset, Integer.BYTES);
    }
    mapping.check("wake", result == MmapBackend.UNSUPPORTED ? 0 : result, offset, Integer.BYTES);
  }

  /** Waits in the current thread. */
  WaitOutcome run() throws InterruptedException, MmapException {
    mapping.waits.add(this);
    try {
      WaitOutcome outcome = step(Math.min(left(), FIRST_NANOS));
      long slice = size == Long.BYTES ? FIRST_NANOS : LONGEST_NANOS;
      while (outcome == WaitOutcome.TIMED_OUT && left() > 0) {
        outcome = step(Math.min(left(), slice));
      }
      return outcome;
    } finally {
      mapping.waits.remove(this);
    }
  }

  /** Waits while the current thread, a virtual one, leaves its carrier to others. */
  private WaitOutcome virtually() throws InterruptedException, MmapException {
    WaitOutcome now = step(0);
    if (now != WaitOutcome.TIMED_OUT || left() <= 0) {
      return now;
    }
    if (reader != null) {
      return run();
    }
    try {
      return VirtualThreads.callElsewhere(this::run);
    } catch (InterruptedException e) {
      hurry(); // the other thread may have been woken in place of one that goes on waiting
      throw e;
    }
  }

  private long left() {
    return Math.max(0, timeout - (System.nanoTime() - start));
  }

  private WaitOutcome step(long nanos) throws InterruptedException, MmapException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    check(mapping, offset, size); // it may have shrunk, or been protected
    long result = reader == null ? sleep(nanos) : MmapBackend.UNSUPPORTED;
    if (result == MmapBackend.UNSUPPORTED || result == MmapBackend.LOST) {
      check(mapping, offset, size); // or meanwhile
      reader = Thread.currentThread();
      // Linux refuses a private page that is read-only like a lost one; reading tells them apart.
      long copied = read(nanos);
      result = copied == MmapBackend.UNSUPPORTED ? result : copied;
    }
    if (result == MmapBackend.LOST) {
      throw LostPages.met(mapping, "await", offset, size);
    }
    mapping.check("await", result, offset, size);
    check(mapping, offset, size); // closing and shrinking wake
    return result == WaitCalls.WOKEN
        ? WaitOutcome.WOKEN
        : result == WaitCalls.CHANGED ? WaitOutcome.CHANGED : WaitOutcome.TIMED_OUT;
  }

  private long sleep(long nanos) {
    LongSupplier call = () -> mapping.calling(() -> sleeping(nanos));
    return nanos > FIRST_NANOS
        ? InterruptibleCall.run(call, this::hurry, WaitCalls.TIMED_OUT)
        : call.getAsLong();
  }

  private long sleeping(long nanos) {
    long address = mapping.geometry().addressOf(offset);
    long result = mapping.os.await(address, size, expected, nanos);
    if (result == WaitCalls.WOKEN && !mapping.isOpen()) {
      mapping.os.wake(address, /* all= */ true); // those who go on waiting, if it was for one
    }
    return result;
  }

  /** Reads the word, and pauses if it has the expected value. */
  private long read(long nanos) {
    byte[] bytes = new byte[size];
    long address = mapping.geometry().addressOf(offset);
    long copied = mapping.calling(() -> mapping.os.copyOut(address, bytes, 0, size));
    if (copied < size) {
      return copied < 0 ? copied : MmapBackend.LOST;
    }
    ByteBuffer word = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    if ((size == Integer.BYTES ? word.getInt() : word.getLong()) != expected) {
      return WaitCalls.CHANGED;
    }
    if (!hurried) {
      LockSupport.parkNanos(this, Math.min(nanos, pause));
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
    return hurried ? WaitCalls.WOKEN : WaitCalls.TIMED_OUT;
  }

  @Override
  public void hurry() {
    if (!wakeReader()) {
      mapping.os.wake(mapping.geometry().addressOf(offset), /* all= */ true);
    }
  }

  private boolean wakeReader() {
    Thread thread = reader;
    if (thread == null) {
      return false;
    }
    hurried = true;
    LockSupport.unpark(thread);
    return true;
  }
}
