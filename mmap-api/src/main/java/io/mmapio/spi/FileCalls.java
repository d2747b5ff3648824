// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.io.FileDescriptor;
import java.nio.channels.FileChannel;

/** The calls of a backend on files. The rules of {@link MmapBackend} apply. */
public interface FileCalls {
  /**
   * Duplicates a file descriptor into a handle. The handle is independent of the descriptor from
   * then on.
   *
   * @param descriptor of the caller; stays open
   * @return a handle, to be closed with {@link #release}, or minus the error
   */
  long duplicate(FileDescriptor descriptor);

  /**
   * Opens a file by its name, as {@link java.nio.channels.FileChannel#open} does, for less.
   *
   * @param path absolute, of ASCII only
   * @param write whether the file will be written, too; else it is only read
   * @return a handle, to be closed with {@link #release}; {@link MmapBackend#UNSUPPORTED}; or minus
   *     the error. If it is not a handle, the JDK opens the file, and says what is wrong
   */
  default long open(String path, boolean write) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Returns the handle inside a channel, which remains the channel's.
   *
   * @param channel of the caller, created by the JDK for the default file system
   * @return a handle that is good until the channel is closed; or {@link MmapBackend#UNSUPPORTED}
   */
  default long handleOf(FileChannel channel) {
    return MmapBackend.UNSUPPORTED;
  }

  /**
   * Duplicates the file descriptor of a channel into a handle. The handle is independent of the
   * channel from then on.
   *
   * @param channel of the caller, created by the JDK for the default file system; stays open
   * @return a handle, to be closed with {@link #release}, or minus the error
   */
  long duplicate(FileChannel channel);

  /**
   * Makes a file descriptor object of the JDK refer to a handle without owning the handle. The JDK
   * receives this object where it needs the file of a {@link java.nio.MappedByteBuffer}.
   *
   * @param descriptor an object that has not been opened
   * @param handle the file; before the handle is released, the descriptor must be set to {@link
   *     MmapBackend#NO_HANDLE}
   */
  void setDescriptor(FileDescriptor descriptor, long handle);

  /**
   * Closes a handle. The handle is closed even if an error is returned.
   *
   * @param handle from {@link #duplicate}
   * @return zero or minus the error
   */
  long release(long handle);

  /**
   * Returns the size of a regular file or block device.
   *
   * @param handle the file
   * @return bytes; {@link MmapBackend#SIZE_UNKNOWN} if the OS reports zero but generates the
   *     contents on read, as in procfs; or minus the error, also for any other kind of file, which
   *     cannot be mapped
   */
  long size(long handle);

  /**
   * Extends a file to the end of a range. The file is never shortened. After a failure the file has
   * its old size. The caller serialises calls within this process.
   *
   * @param handle the file, open for writing
   * @param offset start of the range
   * @param length of the range; the sum does not overflow
   * @param allocate whether to allocate storage for the whole range as well
   * @return {@link MmapBackend#ALLOCATED}; {@link MmapBackend#SIZED} if allocation was not
   *     requested or is not possible on this file system; or minus the error
   */
  long extend(long handle, long offset, long length, boolean allocate);

  /**
   * Sets the size of a file, larger or smaller. A part that is added has no storage.
   *
   * @param handle the file, open for writing
   * @param size in bytes
   * @return zero or minus the error
   */
  long truncate(long handle, long size);

  /**
   * Returns the storage of a range to the file system. The range reads as zeros afterwards.
   *
   * @param handle the file, open for writing
   * @param offset start of the range, whole pages
   * @param length of the range, whole pages
   * @return zero; {@link MmapBackend#UNSUPPORTED}, also if only this file system does not support
   *     it; or minus the error
   */
  long punchHole(long handle, long offset, long length);

  /**
   * Creates a file in memory that has no name.
   *
   * @param length in bytes
   * @param seal what the file refuses from then on, for every process
   * @return a handle, to be closed with {@link #release}; {@link MmapBackend#UNSUPPORTED}; or minus
   *     the error
   */
  long newMemory(long length, Seal seal);

  /** The changes of size that a file in memory refuses. */
  enum Seal {
    /** No change is refused. */
    NONE,
    /** The file cannot become smaller. */
    SHRINKING,
    /** The file cannot change its size. */
    SHRINKING_AND_GROWING
  }

  /**
   * Counts the pages of a range of a file, including pages that are not mapped.
   *
   * @param handle the file
   * @param offset start of the range
   * @param length of the range, over zero
   * @param counts receives five numbers: cached pages; cached pages that are dirty; cached pages in
   *     writeback; evicted pages; evicted pages that were evicted recently
   * @return zero, {@link MmapBackend#UNSUPPORTED}, or minus the error
   */
  long cacheState(long handle, long offset, long length, long[] counts);
}
