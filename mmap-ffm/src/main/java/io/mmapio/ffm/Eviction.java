// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

/** How Linux drops the pages of a file from memory. */
final class Eviction {
  private static final int WRITE_AND_WAIT =
      Unix.number("SYNC_FILE_RANGE_WAIT_BEFORE|SYNC_FILE_RANGE_WRITE|SYNC_FILE_RANGE_WAIT_AFTER");
  private static final int FADV_DONTNEED = Unix.number("POSIX_FADV_DONTNEED");
  private static final int MADV_DONTNEED = Unix.number("MADV_DONTNEED");

  private Eviction() {}

  /** See {@link io.mmapio.spi.PageCalls#evict}. */
  static long dropPages(int descriptor, long address, long length, long offset) {
    long result = writeAndWait(descriptor, address, length, offset);
    if (result == 0) {
      result = letGo(address, length);
    }
    return result != 0 ? result : LinuxLibc.adviseFile(descriptor, offset, length, FADV_DONTNEED);
  }

  /**
   * The cache keeps what is dirty. Unlike msync, this neither commits a journal nor empties the
   * drive's cache, and it writes what others have changed, too.
   */
  private static long writeAndWait(int descriptor, long address, long length, long offset) {
    long result = LinuxLibc.startWriteback(descriptor, offset, length, WRITE_AND_WAIT);
    boolean unsupported = Errors.meansUnsupported(result) || result == -Errors.ESPIPE;
    return unsupported ? Libc.sync(address, length, UnixPages.MS_SYNC) : result;
  }

  /**
   * The cache keeps what some process has mapped. EINVAL: a page is locked, and none behind it was
   * let go; those that are not locked are.
   */
  private static long letGo(long address, long length) {
    long result = Libc.advise(address, length, MADV_DONTNEED);
    if (result != -Errors.EINVAL) {
      return result;
    }
    for (long page = address; page < address + length; page += Unix.PAGE_SIZE) {
      long ofPage = Libc.advise(page, Unix.PAGE_SIZE, MADV_DONTNEED);
      if (ofPage != 0 && ofPage != -Errors.EINVAL) {
        return ofPage;
      }
    }
    return 0;
  }
}
