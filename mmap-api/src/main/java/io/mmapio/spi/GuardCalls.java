// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.nio.ByteBuffer;

/**
 * What a backend does about pages that cannot be had. The rules of {@link MmapBackend} hold. Where
 * {@link io.mmapio.Feature#GUARD} is missing every call answers {@link MmapBackend#UNSUPPORTED}.
 */
public interface GuardCalls {
  /**
   * Guards a range: from now on a page of it that cannot be had does not fault, but reads as zeros,
   * for this process alone. Faults elsewhere are left to whoever handled them before.
   *
   * @param address where a mapping or reservation begins
   * @param length of all of it
   * @return a number over zero, or minus the error
   */
  long guard(long address, long length);

  /**
   * As {@link MappingCalls#entomb}, of a range that is guarded: who touches it is noticed, where
   * the OS lets one.
   *
   * @param guard the number of the guard
   * @param address as given to it
   * @param length of what is mapped there
   * @return zero or minus the error
   */
  long entombGuarded(long guard, long address, long length);

  /**
   * Ends a guard, when nobody can touch the range any more and before it is unmapped.
   *
   * @param guard its number
   * @return zero
   */
  long unguard(long guard);

  /**
   * Tells what was hit first.
   *
   * @param guard its number
   * @param afterClosing whether a touch after {@link #entombGuarded} is asked about, and not a page
   *     that was lost before: for that see {@link #lossWord}
   * @return the address of a page, zero if there is none
   */
  long lostPage(long guard, boolean afterClosing);

  /**
   * Returns where the first loss before closing is told without a call.
   *
   * @param guard its number
   * @return eight bytes in the order of the machine: the address of a page, zero if none was lost.
   *     Memory that stays, but it tells of another guard after {@link #unguard}
   */
  ByteBuffer lossWord(long guard);

  /**
   * Waits until a page of any guarded range is hit. There has been a guard.
   *
   * @param milliseconds to wait at most
   * @return one, at once if a page was hit since one was returned last; zero when the time is over;
   *     or minus the error
   */
  long awaitLostPage(int milliseconds);
}
