// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * The operating system refused a call. The message contains the file, the call, the error, the
 * range, and what to try.
 *
 * <p>When a file is opened, errors for which the JDK has a type are thrown as that type: {@link
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
   * @param advice what the caller may try; may be empty
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
   * Returns the operation that failed.
   *
   * @return one of open, map, hugePages, extend, grow, shrink, advise, sync, incore, populate,
   *     lock, unlock, discard, punchHole, evict, cacheState, protect, read, write, close
   */
  public String call() {
    return call;
  }

  /**
   * Returns the error number of the operating system, which is errno on Linux and macOS.
   *
   * @return over zero; zero if the library refused before it called the operating system
   */
  public int errno() {
    return errno;
  }

  /**
   * Returns the symbolic name of the error, for example {@code ENOSPC}.
   *
   * @return the name, or a few words if the error has no name
   */
  public String errorName() {
    return errorName;
  }

  /**
   * Returns the start of the range of the call.
   *
   * @return bytes from the start of the file for open, map, hugePages and extend; from the start of
   *     the region for every other call
   */
  public long offset() {
    return offset;
  }

  /**
   * Returns the length of the range of the call.
   *
   * @return bytes
   */
  public long length() {
    return length;
  }
}
