// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Feature;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one operating system, on addresses, lengths and handles.
 *
 * <p>A result below zero is minus the error number of the OS; a failed call leaves nothing behind.
 * Lengths and offsets are in bytes. Callers have validated every argument: ranges lie inside one
 * mapping of this backend that is not given back during the call, and are whole pages unless a
 * method says otherwise. Methods may be called from any thread and throw nothing of their own.
 */
public interface MmapBackend extends FileCalls, MappingCalls, PageCalls, GuardCalls {
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

  /** Length of the array that {@link #cacheState} fills. */
  int CACHE_COUNTS = 5;

  /** What a method answers that this platform does not have; no error number is that large. */
  long UNSUPPORTED = -1L << 62;

  /** What {@link #populate} answers if a page cannot be had. */
  long LOST = UNSUPPORTED + 1;

  /** What {@link #size} answers if the OS says that a file is empty which need not be. */
  long SIZE_UNKNOWN = UNSUPPORTED + 2;

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
   * Tells whether this machine has what not every machine has.
   *
   * @param feature in question
   * @return false if the methods that it is about answer {@link #UNSUPPORTED}
   */
  boolean supports(Feature feature);

  /**
   * Returns a limit of this process.
   *
   * @param limit which
   * @return {@link Long#MAX_VALUE} if there is none, below zero if the OS does not tell
   */
  long limit(Limit limit);

  /** What an OS limits for each process. */
  enum Limit {
    /** Bytes that may be locked in memory. */
    LOCKED_MEMORY,
    /** Bytes of addresses. */
    ADDRESS_SPACE,
    /** Files that may be open. */
    OPEN_FILES,
    /** Bytes in one file. */
    FILE_SIZE
  }

  /**
   * Returns the symbolic name of an error number.
   *
   * @param error over zero
   * @return for example {@code EACCES}, or null if it has none that is known here
   */
  @Nullable String errorName(int error);
}
