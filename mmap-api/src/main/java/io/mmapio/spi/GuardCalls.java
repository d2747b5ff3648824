// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.nio.ByteBuffer;

/**
 * The calls of a backend on guards, which make lost pages harmless. A page is lost if it is not
 * available: the file was truncated, the disk is full, or a read failed. The rules of {@link
 * MmapBackend} apply. Where {@link io.mmapio.Feature#GUARD} is missing, every call returns {@link
 * MmapBackend#UNSUPPORTED}.
 */
public interface GuardCalls {
  /**
   * Guards a range. From now on, a lost page of the range does not fault but reads as zeros, for
   * this process only. Faults at other addresses go to the handler that was installed before.
   *
   * @param address where a mapping or reservation begins
   * @param length of the whole mapping or reservation
   * @return the number of the guard, over zero, or minus the error
   */
  long guard(long address, long length);

  /**
   * Replaces a guarded range by a tombstone, as {@link MappingCalls#entomb} does. Accesses to this
   * tombstone are detected, where the OS makes that possible.
   *
   * @param guard the number of the guard
   * @param address as given to {@link #guard}
   * @param length of what is mapped there
   * @return zero or minus the error
   */
  long entombGuarded(long guard, long address, long length);

  /**
   * Ends a guard. The range is unreachable by then and has not been unmapped yet.
   *
   * @param guard the number of the guard
   * @return zero
   */
  long unguard(long guard);

  /**
   * Returns the first page that was hit.
   *
   * @param guard the number of the guard
   * @param afterClosing true for the first access after {@link #entombGuarded}; false for the first
   *     page that was lost before, which {@link #lossWord} returns too
   * @return the address of a page; zero if no page was hit
   */
  long lostPage(long guard, boolean afterClosing);

  /**
   * Returns the memory in which the first loss before closing is recorded, so that it can be read
   * without a call.
   *
   * @param guard the number of the guard
   * @return eight bytes in native byte order: the address of a page, or zero if no page was lost.
   *     The memory stays valid, but may belong to another guard after {@link #unguard}
   */
  ByteBuffer lossWord(long guard);

  /**
   * Waits until a page of any guarded range is hit. At least one guard has been created.
   *
   * @param milliseconds the longest time to wait
   * @return one if a page was hit, immediately if it was hit since the last return of one; zero
   *     when the time is over; or minus the error
   */
  long awaitLostPage(int milliseconds);
}
