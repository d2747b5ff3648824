// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.io.FileDescriptor;
import java.nio.channels.FileChannel;

/** What a backend does with files. The rules of {@link MmapBackend} hold. */
public interface FileCalls {
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
   * Has a descriptor of the JDK stand for a handle, which it does not own: the JDK is given it
   * where it asks for the file of a {@link java.nio.MappedByteBuffer}.
   *
   * @param descriptor that nobody has opened
   * @param handle that is released after the descriptor was set to {@link MmapBackend#NO_HANDLE}
   */
  void setDescriptor(FileDescriptor descriptor, long handle);

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
   * @return bytes; {@link MmapBackend#SIZE_UNKNOWN} where the OS makes the contents when they are
   *     read, as in procfs, and says zero; or minus the error: anything else cannot be mapped
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
   * @return {@link MmapBackend#ALLOCATED}, {@link MmapBackend#SIZED} if not asked for or not
   *     possible on this file system, or minus the error
   */
  long extend(long handle, long offset, long length, boolean allocate);

  /**
   * Gives a file a size, longer or shorter. What it gains has no storage.
   *
   * @param handle the file, open for writing
   * @param size in bytes
   * @return zero or minus the error
   */
  long truncate(long handle, long size);

  /**
   * Gives the storage of a range back to the file system; it then reads as zeros.
   *
   * @param handle the file, open for writing
   * @param offset start of the range, whole pages
   * @param length of the range, whole pages
   * @return zero, {@link MmapBackend#UNSUPPORTED} also if only this file system cannot, or minus
   *     the error
   */
  long punchHole(long handle, long offset, long length);

  /**
   * Makes a file without a name that lives in memory.
   *
   * @param length in bytes
   * @param seal what the file refuses from then on, whoever asks
   * @return a handle to {@link #release}, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long newMemory(long length, Seal seal);

  /** What a file that lives in memory refuses. */
  enum Seal {
    /** Nothing. */
    NONE,
    /** To become shorter. */
    SHRINKING,
    /** To change its size. */
    SHRINKING_AND_GROWING
  }

  /**
   * Counts the pages of a part of a file, not only those that are mapped.
   *
   * @param handle the file
   * @param offset start of the part
   * @param length of the part, over zero
   * @param counts takes five numbers: pages in the cache, of these dirty, of these being written;
   *     pages no longer there, of these evicted lately
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long cacheState(long handle, long offset, long length, long[] counts);
}
