// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Advice;
import io.mmapio.SyncMode;
import java.nio.ByteBuffer;

/** The calls of a backend on mapped pages. The rules of {@link MmapBackend} apply. */
public interface PageCalls {
  /**
   * Gives advice. With a length of zero nothing is advised, and the result tells whether the OS
   * supports the advice; the address may be zero then.
   *
   * @param address start of the range
   * @param length of the range
   * @param advice the expected use
   * @return {@link MmapBackend#APPLIED}, {@link MmapBackend#IGNORED}, or minus the error
   */
  long advise(long address, long length, Advice advice);

  /**
   * Gives the same advice for many ranges, in one system call where the OS can.
   *
   * @param ranges address and length of the first range, of the second, and so on
   * @param advice the expected use
   * @return {@link MmapBackend#APPLIED}; {@link MmapBackend#IGNORED} if it was ignored for any
   *     range; or minus the first error
   */
  long adviseAll(long[] ranges, Advice advice);

  /**
   * Starts to read parts of a file into memory, without the lock that the address space of a
   * process has.
   *
   * @param handle the file
   * @param ranges offset in the file and length of the first range, of the second, and so on; an OS
   *     may read less than a whole range at a time, so ranges should be short
   * @return {@link MmapBackend#APPLIED}; {@link MmapBackend#IGNORED} if it was ignored for any
   *     range; {@link MmapBackend#UNSUPPORTED} if there is only {@link #adviseAll}; or minus the
   *     first error
   */
  long prefetch(long handle, long[] ranges);

  /**
   * Makes pages resident, so that touching them does not fault. Contents do not change.
   *
   * @param address start of the range
   * @param length of the range
   * @param write true for writing, false for reading only
   * @return zero, {@link MmapBackend#LOST} if touching a page would fault, or minus the error
   */
  long populate(long address, long length, boolean write);

  /**
   * Keeps pages in memory until {@link #unlock} or the end of the mapping.
   *
   * @param address start of the range
   * @param length of the range
   * @return zero or minus the error
   */
  long lock(long address, long length);

  /**
   * Ends the effect of {@link #lock}. Pages that are not locked are not affected.
   *
   * @param address start of the range
   * @param length of the range
   * @return zero or minus the error
   */
  long unlock(long address, long length);

  /**
   * Throws away what this process has written to private pages.
   *
   * @param handle the file of a COPY_ON_WRITE mapping, or {@link MmapBackend#NO_HANDLE}
   * @param address start of the range
   * @param length of the range
   * @param offset start of the range in the file
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long discard(long handle, long address, long length, long offset);

  /**
   * Writes back the changed pages of a shared mapping and waits until they are clean, which need
   * not make them durable. Then drops the pages from memory, except those that are locked or that
   * something else uses. Contents do not change.
   *
   * @param handle the file
   * @param address start of the range
   * @param length of the range
   * @param offset start of the range in the file
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long evict(long handle, long address, long length, long offset);

  /**
   * Copies mapped bytes to a buffer without faulting.
   *
   * @param address of the first byte
   * @param target a direct buffer
   * @param position in the target; the position of the buffer does not change
   * @param length in bytes
   * @return the number of bytes before the first lost page, {@link MmapBackend#UNSUPPORTED}, or
   *     minus the error
   */
  long copyOut(long address, ByteBuffer target, int position, int length);

  /**
   * Copies mapped bytes to an array without faulting.
   *
   * @param address of the first byte
   * @param target receives the bytes
   * @param index of the first byte in the target
   * @param length in bytes
   * @return see {@link #copyOut(long, ByteBuffer, int, int)}
   */
  long copyOut(long address, byte[] target, int index, int length);

  /**
   * Copies bytes from an array to mapped memory without faulting.
   *
   * @param address of the first byte
   * @param source contains the bytes
   * @param index of the first byte in the source
   * @param length in bytes
   * @return see {@link #copyIn(long, ByteBuffer, int, int)}
   */
  long copyIn(long address, byte[] source, int index, int length);

  /**
   * Copies bytes from a buffer to mapped memory without faulting.
   *
   * @param address of the first byte
   * @param source a direct buffer
   * @param position in the source; the position of the buffer does not change
   * @param length in bytes
   * @return the number of bytes before the first lost page, {@link MmapBackend#UNSUPPORTED}, or
   *     minus the error
   */
  long copyIn(long address, ByteBuffer source, int position, int length);

  /**
   * Writes changed pages of a shared mapping back to its file.
   *
   * @param handle the file
   * @param address start of the range
   * @param length of the range
   * @param offset start of the range in the file
   * @param mode how far the data must have come before the call returns
   * @param invalidate whether other mappings drop stale pages
   * @return zero or minus the error
   */
  long sync(long handle, long address, long length, long offset, SyncMode mode, boolean invalidate);

  /**
   * Tells which pages are resident: bit {@code i % 64} of {@code bits[i / 64]} is set if page
   * {@code i} is.
   *
   * @param address start of the range
   * @param length of the range, at most 64 * {@link MmapBackend#RESIDENT_WORDS} pages
   * @param bits receives one element for 64 pages, at most {@link MmapBackend#RESIDENT_WORDS}
   *     elements; bits beyond the range are undefined
   * @return zero or minus the error
   */
  long resident(long address, long length, long[] bits);

  /**
   * Tells whether all pages are resident, and stops soon after the first that is not.
   *
   * @param address start of the range
   * @param length of the range, at most 64 * {@link MmapBackend#RESIDENT_WORDS} pages
   * @return one if all are, zero if not, or minus the error
   */
  long allResident(long address, long length);

  /**
   * Tells which pages are in the page table of this process: bit {@code i % 64} of {@code bits[i /
   * 64]} is set if page {@code i} is. A page that was advised {@link Advice#DONTNEED} is not, until
   * it or one near to it is touched.
   *
   * @param address start of the range
   * @param length of the range, at most 64 * {@link MmapBackend#RESIDENT_WORDS} pages
   * @param bits receives one element for 64 pages, as in {@link #resident}
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long present(long address, long length, long[] bits);

  /**
   * Tells whether the result of {@link #resident} is correct for this process and file. Linux, for
   * example, reports every page as resident to a process that may not write the file.
   *
   * @param handle the file, or {@link MmapBackend#NO_HANDLE}
   * @return one if the result is correct, zero if not, or minus the error
   */
  long residencyVisible(long handle);
}
