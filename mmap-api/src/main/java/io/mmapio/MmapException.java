// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * The operating system refused a call. The message names file, call, error, range, and what to try.
 *
 * <p>OsErrors that the JDK has a type for when a file is opened stay of that type: {@link
 * java.nio.file.NoSuchFileException}, {@link java.nio.file.AccessDeniedException}.
 */
public class MmapException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  /** See {@link #call()}. */
  private final String call;

  /** See {@link #errno()}. */
  private final int errno;

  /** See {@link #errorName()}. */
  private final String errorName;

  /** See {@link #offset()}. */
  private final long offset;

  /** See {@link #length()}. */
  private final long length;

  /**
   * Creates an exception.
   *
   * @param file see {@link #getFile()}
   * @param call see {@link #call()}
   * @param errno see {@link #errno()}
   * @param errorName see {@link #errorName()}
   * @param offset see {@link #offset()}
   * @param length see {@link #length()}
   * @param advice what the caller may try, may be empty
   */
  public MmapException(
      @Nullable String file,
      String call,
      int errno,
      String errorName,
      long offset,
      long length,
      String advice) {
    super(file, null, reason(call, errno, errorName, offset, length, advice));
    this.call = call;
    this.errno = errno;
    this.errorName = errorName;
    this.offset = offset;
    this.length = length;
  }

  private static String reason(
      String call, int errno, String errorName, long offset, long length, String advice) {
    String number = errno == 0 ? "" : " (" + errno + ")";
    String range = " at offset " + offset + ", length " + length;
    return call
        + " failed: "
        + errorName
        + number
        + range
        + (advice.isEmpty() ? "" : ": " + advice);
  }

  /**
   * Returns what was being done.
   *
   * @return one of open, map, hugePages, extend, grow, shrink, advise, sync, incore, populate,
   *     lock, unlock, discard, punchHole, evict, cacheState, protect, read, write, close
   */
  public String call() {
    return call;
  }

  /**
   * Returns the error number of the operating system: errno on Linux and macOS.
   *
   * @return over zero, or zero if the library refused before the OS was asked
   */
  public int errno() {
    return errno;
  }

  /**
   * Returns the symbolic name of the error, for example {@code ENOSPC}.
   *
   * @return the name, or a few words where there is none
   */
  public String errorName() {
    return errorName;
  }

  /**
   * Returns where the range of the call began.
   *
   * @return bytes from the start of the file for open, map, hugePages and extend, else from the
   *     start of the region
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns how long the range of the call was.
   *
   * @return bytes
   */
  public long length() {
    return length;
  }
}
