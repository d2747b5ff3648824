// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.waiting.WordWait;
import java.lang.ref.Reference;
import java.time.Duration;

/**
 * Waiting at a word of a region until another thread, also one of another process, wakes the
 * waiting threads. A waiting thread sleeps in the operating system; see futex(2),
 * os_sync_wait_on_address. Threads meet if they use the same bytes of the same file, named or
 * sealed memory, at any address. In a {@link Access#COPY_ON_WRITE} region and in anonymous memory,
 * only threads of the same process meet.
 *
 * <p>A word is an int or a long <em>in native byte order</em>, as a {@code VarHandle} of {@code
 * ByteOrder.nativeOrder()} reads it. A waiting thread and a waking thread agree on the word and on
 * what its values mean:
 *
 * <pre>{@code
 * // waits for the next message
 * int seen;
 * while ((seen = (int) WORD.getVolatile(view, 64)) == handled) {
 *   region.signals().await(64, handled, Duration.ofSeconds(1));
 * }
 *
 * // sends a message: first the message, then the word, then the wake
 * WORD.setVolatile(view, 64, number);
 * region.signals().wakeAll(64);
 * }</pre>
 *
 * <p><b>No wake is lost.</b> The operating system compares the word with the expected value and
 * puts the thread to sleep in one step. So a thread that changes the word <em>and then</em> wakes
 * reaches every thread that still expects the old value. A wake without a change of the word may be
 * missed. A thread may also be woken for no reason, so read the word again and wait in a loop. A
 * word that changes and changes back may not be noticed: count, instead of setting and clearing.
 *
 * <p><b>Memory order.</b> {@link #wake} and {@link #wakeAll} are release operations, and {@link
 * #await} is an acquire operation: what a thread wrote before it changed the word is visible to a
 * thread that has seen the change after waiting. Change the word with {@code setRelease}, {@code
 * setVolatile} or an atomic update, and read it with {@code getAcquire} or {@code getVolatile}.
 *
 * <p><b>Where {@link Feature#WAIT} is missing</b> (on Windows, and on macOS before 14.4), a waiting
 * thread reads the word again and again: after 50 microseconds first, then less and less often, at
 * least every 16 milliseconds. A wake by the same region ends the wait immediately. Linux lets
 * threads wait at ints only: they wait for a long at its lower half, which a counter changes, and a
 * change of only the upper half may be noticed up to 50 milliseconds late.
 *
 * <p>Every method may be called from any thread. A virtual thread that waits does not occupy its
 * carrier; a thread of this library waits in its place, one for each waiting virtual thread. {@link
 * MappedRegion#close()} ends all waits of the region immediately, with {@link
 * IllegalStateException}. A process that ends, in whatever way, leaves no trace in the word or the
 * operating system: those who wait for it wait until their time is over.
 */
public final class Signals {
  private final Object region; // kept reachable as long as this object
  private final Mapping mapping;

  Signals(Object region, Mapping mapping) {
    this.region = region;
    this.mapping = mapping;
  }

  /**
   * Waits while an int has an expected value, until the thread is woken or the time is over. May
   * return earlier for no reason.
   *
   * @param offset of the int, whose address is a multiple of 4
   * @param expected the value to wait at, in native byte order
   * @param timeout the longest time to wait; if zero or less, the int is compared once
   * @return why the wait is over
   * @throws InterruptedException if the thread is interrupted; answered within 100 milliseconds
   * @throws IllegalArgumentException if the address of the int is not a multiple of 4
   * @throws IndexOutOfBoundsException if the int is not inside the region, or the region shrinks
   *     meanwhile
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed, before or meanwhile
   * @throws LostPageException if the page of the int is not available; noticed within a second
   * @throws MmapException if the operating system reports an error
   */
  public WaitOutcome await(long offset, int expected, Duration timeout)
      throws InterruptedException, MmapException {
    return awaitWord(offset, Integer.BYTES, expected, timeout);
  }

  /**
   * Waits while a long has an expected value, as {@link #await} does. Where {@link
   * Feature#WAIT_LONG} is missing, some changes are noticed late; see above.
   *
   * @param offset of the long, whose address is a multiple of 8
   * @param expected the value to wait at, in native byte order
   * @param timeout the longest time to wait; if zero or less, the long is compared once
   * @return why the wait is over
   * @throws InterruptedException if the thread is interrupted; answered within 100 milliseconds
   * @throws IllegalArgumentException if the address of the long is not a multiple of 8
   * @throws IndexOutOfBoundsException if the long is not inside the region, or the region shrinks
   *     meanwhile
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed, before or meanwhile
   * @throws LostPageException if the page of the long is not available; noticed within a second
   * @throws MmapException if the operating system reports an error
   */
  public WaitOutcome awaitLong(long offset, long expected, Duration timeout)
      throws InterruptedException, MmapException {
    return awaitWord(offset, Long.BYTES, expected, timeout);
  }

  private WaitOutcome awaitWord(long offset, int bytes, long expected, Duration timeout)
      throws InterruptedException, MmapException {
    try {
      return WordWait.await(mapping, offset, bytes, expected, timeout);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Wakes at least one of the threads that wait at a word, if there are any. Change the word first.
   *
   * @param offset of the word, whose address is a multiple of 4
   * @throws IllegalArgumentException if the address of the word is not a multiple of 4
   * @throws IndexOutOfBoundsException if there are not four bytes of the region from the offset
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   * @throws LostPageException if the page of the word is not available
   * @throws MmapException if the operating system reports an error
   */
  public void wake(long offset) throws MmapException {
    wakeWord(offset, /* all= */ false);
  }

  /**
   * Wakes all threads that wait at a word. Change the word first.
   *
   * @param offset of the word, whose address is a multiple of 4
   * @throws IllegalArgumentException if the address of the word is not a multiple of 4
   * @throws IndexOutOfBoundsException if there are not four bytes of the region from the offset
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   * @throws LostPageException if the page of the word is not available
   * @throws MmapException if the operating system reports an error
   */
  public void wakeAll(long offset) throws MmapException {
    wakeWord(offset, /* all= */ true);
  }

  private void wakeWord(long offset, boolean all) throws MmapException {
    try {
      WordWait.wake(mapping, offset, all);
    } finally {
      Reference.reachabilityFence(region);
    }
  }
}
