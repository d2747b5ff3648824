// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

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
   *     that was lost before
   * @return the address of a page, zero if there is none
   */
  long lostPage(long guard, boolean afterClosing);

  /**
   * Waits until some page of any guarded range was hit since this call returned last. There has
   * been a guard.
   *
   * @return zero or minus the error
   */
  long awaitLostPage();
}
