// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.SyncMode;
import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one operating system, on addresses, lengths and handles.
 *
 * <p>A result below zero is minus the error number of the OS; a failed call leaves nothing behind.
 * Lengths and offsets are in bytes. Callers have validated every argument: ranges lie inside one
 * mapping of this backend that is not given back during the call, and are whole pages unless a
 * method says otherwise. Methods may be called from any thread and throw nothing of their own.
 */
public interface MmapBackend {
  /** The handle that stands for memory of no file. */
  long NO_HANDLE = -1;

  /** What {@link #advise} answers when the OS took the advice. */
  long APPLIED = 0;

  /** What {@link #advise} answers when the OS has no such advice. */
  long IGNORED = 1;

  /** What {@link #extend} answers when the file has the size, but storage was not taken. */
  long SIZED = 0;

  /** What {@link #extend} answers when storage was taken for the whole range. */
  long ALLOCATED = 1;

  /** Length of the array that {@link #resident} fills, so at most 64 times as many pages a call. */
  int RESIDENT_WORDS = 512;

  /**
   * Returns where the code of this backend was loaded from, for people to read.
   *
   * @return a path, a URL, or a few words
   */
  String origin();

  /**
   * Returns the unit of protection, advice and residency.
   *
   * @return bytes in a page, a power of two
   */
  long pageSize();

  /**
   * Returns the unit of file offsets.
   *
   * @return what the offset given to {@link #map} must be a multiple of; a multiple of the page
   */
  long granularity();

  /**
   * Makes a handle to the open file of a descriptor, independent of it from then on.
   *
   * @param descriptor the caller's, which stays open
   * @return a handle to {@link #release}, or minus the error
   */
  long duplicate(FileDescriptor descriptor);

  /**
   * Makes a handle to the open file of a channel, independent of it from then on.
   *
   * @param channel the caller's, which stays open; one that the JDK made for the default file
   *     system
   * @return a handle to {@link #release}, or minus the error
   */
  long duplicate(FileChannel channel);

  /**
   * Closes a handle. It is gone even if an error is returned.
   *
   * @param handle from {@link #duplicate}
   * @return zero or minus the error
   */
  long release(long handle);

  /**
   * Returns the size of a regular file or block device.
   *
   * @param handle the file
   * @return bytes, or minus the error: anything else cannot be mapped
   */
  long size(long handle);

  /**
   * Makes a file reach to the end of a range, never shortening it. After a failure it has its old
   * size. The caller serialises calls within this process.
   *
   * @param handle the file, open for writing
   * @param offset start of the range
   * @param length of the range; the sum does not overflow
   * @param allocate whether to take storage for the whole range as well
   * @return {@link #ALLOCATED}, {@link #SIZED} if not asked for or not possible on this file
   *     system, or minus the error
   */
  long extend(long handle, long offset, long length, boolean allocate);

  /**
   * Maps a range of a file, or private zeroed memory for {@link #NO_HANDLE}.
   *
   * @param handle the file
   * @param offset start of the range, a multiple of {@link #granularity()}
   * @param length of the range, over zero; need not be whole pages
   * @param access what may be done with the pages
   * @return the address, a multiple of the page size, or minus the error
   */
  long map(long handle, long offset, long length, Access access);

  /**
   * Gives an address range back: one whole mapping, or neighbours that were all {@linkplain #entomb
   * entombed}.
   *
   * @param address where the first mapping begins
   * @param length as given to {@link #map}, or to the end of the last page
   * @return zero or minus the error
   */
  long unmap(long address, long length);

  /**
   * Puts private zeroed memory in place of a mapping, so that the file is let go while the
   * addresses stay taken, readable and writable, until {@link #unmap}. No other mapping can get in
   * between.
   *
   * @param address where a mapping begins
   * @param length of the whole mapping, as given to {@link #map}
   * @return zero or minus the error
   */
  long entomb(long address, long length);

  /**
   * Passes advice on. With a length of zero nothing is advised, and the answer tells whether the OS
   * has such advice; the address may then be zero too.
   *
   * @param address start of the range
   * @param length of the range
   * @param advice what use is to be expected
   * @return {@link #APPLIED}, {@link #IGNORED}, or minus the error
   */
  long advise(long address, long length, Advice advice);

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
   * @param length of the range, at most {@code 64 * RESIDENT_WORDS} pages
   * @param bits an array of {@link #RESIDENT_WORDS} elements; bits beyond the range are undefined
   * @return zero or minus the error
   */
  long resident(long address, long length, long[] bits);

  /**
   * Tells whether {@link #resident} is the truth for this process and file. Linux for one reports
   * every page as resident to a process that may not write the file.
   *
   * @param handle the file, or {@link #NO_HANDLE}
   * @return one if so, zero if not, or minus the error
   */
  long residencyVisible(long handle);

  /**
   * Wraps mapped memory.
   *
   * @param address of the first byte; need not be the start of a page
   * @param capacity in bytes
   * @return a direct, big-endian, writable buffer that keeps nothing else alive
   */
  ByteBuffer view(long address, int capacity);

  /**
   * Returns the symbolic name of an error number.
   *
   * @param error over zero
   * @return for example {@code EACCES}, or null if it has none that is known here
   */
  @Nullable String errorName(int error);
}
