// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Advice;
import io.mmapio.SyncMode;
import java.nio.ByteBuffer;

/** What a backend does with pages that are mapped. The rules of {@link MmapBackend} hold. */
public interface PageCalls {
  /**
   * Passes advice on. With a length of zero nothing is advised, and the answer tells whether the OS
   * has such advice; the address may then be zero too.
   *
   * @param address start of the range
   * @param length of the range
   * @param advice what use is to be expected
   * @return {@link MmapBackend#APPLIED}, {@link MmapBackend#IGNORED}, or minus the error
   */
  long advise(long address, long length, Advice advice);

  /**
   * Passes the same advice on for many ranges, at once where the OS can.
   *
   * @param ranges address and length of the first range, of the second, and so on
   * @param advice what use is to be expected
   * @return {@link MmapBackend#APPLIED}, {@link MmapBackend#IGNORED} if any was, or minus the first
   *     error
   */
  long adviseAll(long[] ranges, Advice advice);

  /**
   * Makes pages present, so that touching them does not fault. Contents stay.
   *
   * @param address start of the range
   * @param length of the range
   * @param write whether for writing, not only for reading
   * @return zero, {@link MmapBackend#LOST} if touching a page would be a fault, or minus the error
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
   * Ends what {@link #lock} began, if it did.
   *
   * @param address start of the range
   * @param length of the range
   * @return zero or minus the error
   */
  long unlock(long address, long length);

  /**
   * Throws away what this process has written to pages that are its own.
   *
   * @param handle the file of a COPY_ON_WRITE mapping, or {@link MmapBackend#NO_HANDLE}
   * @param address start of the range
   * @param length of the range
   * @param offset where in the file the range begins
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long discard(long handle, long address, long length, long offset);

  /**
   * Drops pages of a shared mapping from memory that are not dirty. Contents stay.
   *
   * @param handle the file
   * @param address start of the range
   * @param length of the range
   * @param offset where in the file the range begins
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long evict(long handle, long address, long length, long offset);

  /**
   * Copies mapped bytes to a buffer without a fault.
   *
   * @param address of the first byte
   * @param target direct
   * @param position in the target, which is not changed
   * @param length in bytes
   * @return how many bytes come before the first page that is lost, {@link
   *     MmapBackend#UNSUPPORTED}, or minus the error
   */
  long copyOut(long address, ByteBuffer target, int position, int length);

  /**
   * Copies mapped bytes to an array without a fault.
   *
   * @param address of the first byte
   * @param target of the bytes
   * @param index of the first in the target
   * @param length in bytes
   * @return as {@link #copyOut(long, ByteBuffer, int, int)}
   */
  long copyOut(long address, byte[] target, int index, int length);

  /**
   * Copies from an array to mapped bytes without a fault.
   *
   * @param address of the first byte
   * @param source of the bytes
   * @param index of the first in the source
   * @param length in bytes
   * @return as {@link #copyIn(long, ByteBuffer, int, int)}
   */
  long copyIn(long address, byte[] source, int index, int length);

  /**
   * Copies from a buffer to mapped bytes without a fault.
   *
   * @param address of the first byte
   * @param source direct
   * @param position in the source, which is not changed
   * @param length in bytes
   * @return how many bytes come before the first page that is lost, {@link
   *     MmapBackend#UNSUPPORTED}, or minus the error
   */
  long copyIn(long address, ByteBuffer source, int position, int length);

  /**
   * Writes changed pages of a shared mapping back to its file.
   *
   * @param handle the file
   * @param address start of the range
   * @param length of the range
   * @param offset where in the file the range begins
   * @param mode how far the data must have come before the call returns
   * @param invalidate whether other mappings are told to drop what is stale
   * @return zero or minus the error
   */
  long sync(long handle, long address, long length, long offset, SyncMode mode, boolean invalidate);

  /**
   * Tells which pages are in memory: bit {@code i % 64} of {@code bits[i / 64]} is page {@code i}.
   *
   * @param address start of the range
   * @param length of the range, at most 64 * {@link MmapBackend#RESIDENT_WORDS} pages
   * @param bits an element for 64 pages, at most {@link MmapBackend#RESIDENT_WORDS}; bits beyond
   *     the range are undefined
   * @return zero or minus the error
   */
  long resident(long address, long length, long[] bits);

  /**
   * Tells whether {@link #resident} is the truth for this process and file. Linux for one reports
   * every page as resident to a process that may not write the file.
   *
   * @param handle the file, or {@link MmapBackend#NO_HANDLE}
   * @return one if so, zero if not, or minus the error
   */
  long residencyVisible(long handle);
}
