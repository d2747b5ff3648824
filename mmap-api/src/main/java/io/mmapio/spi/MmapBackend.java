// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Feature;
import org.jspecify.annotations.Nullable;

/**
 * The calls of one operating system, on addresses, lengths and handles.
 *
 * <p>A result below zero is minus the error number of the OS; a failed call leaves nothing behind.
 * Lengths and offsets are in bytes. The caller has validated every argument: each range lies inside
 * one mapping of this backend, which stays mapped during the call, and consists of whole pages
 * unless a method says otherwise. Methods may be called from any thread and throw no exceptions of
 * their own.
 */
public interface MmapBackend
    extends FileCalls, MappingCalls, PageCalls, GuardCalls, WaitCalls, BlockCalls, ChangeCalls {
  /** The handle for memory that is not in a file. */
  long NO_HANDLE = -1;

  /** Result of {@link #advise} if the OS applied the advice. */
  long APPLIED = 0;

  /** Result of {@link #advise} if the OS does not support the advice. */
  long IGNORED = 1;

  /** Result of {@link #extend} if the file has its size, but no storage was allocated. */
  long SIZED = 0;

  /** Result of {@link #extend} if storage was allocated for the whole range. */
  long ALLOCATED = 1;

  /**
   * Length of the array that {@link #resident} fills. One call handles at most 64 times as many
   * pages.
   */
  int RESIDENT_WORDS = 512;

  /** Length of the array that {@link #cacheState} fills. */
  int CACHE_COUNTS = 5;

  /**
   * Length of the longest array that {@link #privatePages} and {@link #written} fill: 256 ranges.
   */
  int CHANGE_ELEMENTS = 2 * 256 + 1;

  /** Result of a method that this platform does not support. No error number is that large. */
  long UNSUPPORTED = -1L << 62;

  /** Result of {@link #populate} if a page is not available. */
  long LOST = UNSUPPORTED + 1;

  /** Result of {@link #size} if the OS reports a file as empty that need not be empty. */
  long SIZE_UNKNOWN = UNSUPPORTED + 2;

  /**
   * Returns where the code of this backend was loaded from, in human-readable form.
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
   * @return the number of which the offset given to {@link #map} must be a multiple; a multiple of
   *     the page size
   */
  long granularity();

  /**
   * Answers {@link #size} and {@link #residencyVisible} of one file, by fewer calls of the OS where
   * that is possible.
   *
   * @param handle the file
   * @param visible receives the second answer, as its only element
   * @return the first answer
   */
  default long sizeAndVisibility(long handle, long[] visible) {
    visible[0] = residencyVisible(handle);
    return size(handle);
  }

  /**
   * Tells whether this machine supports a feature.
   *
   * @param feature the feature
   * @return false if the methods of the feature return {@link #UNSUPPORTED}
   */
  boolean supports(Feature feature);

  /**
   * Returns a limit of this process.
   *
   * @param limit the limit
   * @return {@link Long#MAX_VALUE} if there is no limit; below zero if the OS does not report it
   */
  long limit(Limit limit);

  /** The limits that an OS sets for each process. */
  enum Limit {
    /** Bytes that may be locked in memory. */
    LOCKED_MEMORY,
    /** Bytes of address space. */
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
   * @return for example {@code EACCES}; null if no name is known
   */
  @Nullable String errorName(int error);
}
