// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which pages were written: userfaultfd(2) protects them, and scans of /proc/self/pagemap find
 * those that were stored to. changes_posix.cc says why each step is taken.
 */
final class LinuxChanges {
  /** This kernel, machine or sandbox has no such thing. */
  private static final Set<Integer> MEAN_UNSUPPORTED =
      Set.of(
          Errors.EACCES, Errors.EINVAL, Errors.ENOENT, Errors.ENOSYS, Errors.ENOTTY, Errors.EPERM);

  /** How many page tables are looked at ahead. */
  private static final int TABLES_AHEAD = 16;

  /** Bytes of pages whose entries are in one page table. */
  private static final long BYTES_OF_TABLE = Unix.PAGE_SIZE / Long.BYTES * Unix.PAGE_SIZE;

  /** Whether the kernel calls pages without a table written; null if it was not asked. */
  private static volatile @Nullable Boolean tellsOfFreedTables;

  private LinuxChanges() {}

  private static long supportedOr(long result) {
    boolean unsupported =
        result < 0 && result > -MAX_ERROR && MEAN_UNSUPPORTED.contains((int) -result);
    return unsupported ? MmapBackend.UNSUPPORTED : result;
  }

  private static final long MAX_ERROR = 4096;

  static long privatePages(long address, long length, long[] ranges) {
    try (Pagemap pagemap = Pagemap.open()) {
      return supportedOr(pagemap.privatePages(address, address + length, ranges));
    }
  }

  static long trackWrites(long address, long length) {
    long tracker = Userfault.open();
    if (tracker < 0) {
      return supportedOr(tracker);
    }
    long result = trackMore((int) tracker, address, length);
    if (result >= 0) {
      result = written(address, length, /* reset= */ false, new long[3]);
    }
    if (result < 0) {
      Libc.close((int) tracker);
      return result;
    }
    return tracker;
  }

  static long trackMore(int tracker, long address, long length) {
    long result = Userfault.register(tracker, address, length);
    return supportedOr(result < 0 ? result : Userfault.protect(tracker, address, length));
  }

  static long written(long address, long length, boolean reset, long[] ranges) {
    try (Pagemap pagemap = Pagemap.open()) {
      return supportedOr(written(pagemap, address, address + length, reset, ranges));
    }
  }

  private static long written(Pagemap pagemap, long from, long end, boolean reset, long[] ranges) {
    if (tellsOfFreedTables(pagemap)) {
      return pagemap.stored(from, end, reset, ranges);
    }
    long last = Math.min(end, from + TABLES_AHEAD * BYTES_OF_TABLE);
    long[] empty = new long[3];
    long found = pagemap.withoutEntry(from, last, /* reset= */ false, empty);
    if (found < 0) {
      return found;
    }
    if (found == 1 && empty[0] == from) {
      found = pagemap.withoutEntry(from, from + empty[1], reset, empty);
      ranges[0] = empty[0];
      ranges[1] = empty[1];
      ranges[ranges.length - 1] = empty[2];
      return found;
    }
    return pagemap.stored(from, found == 1 ? empty[0] : last, reset, ranges);
  }

  private static boolean tellsOfFreedTables(Pagemap pagemap) {
    Boolean tells = tellsOfFreedTables;
    if (tells == null) {
      tells = asksForFreedTables(pagemap);
      tellsOfFreedTables = tells;
    }
    return tells;
  }

  private static boolean asksForFreedTables(Pagemap pagemap) {
    long tracker = Userfault.open();
    long bytes = 2 * BYTES_OF_TABLE;
    int flags = Unix.MAP_PRIVATE | Unix.MAP_ANON | Unix.number("MAP_NORESERVE");
    long mapped = Libc.map(0, bytes, Unix.READ_WRITE, flags, Unix.NO_DESCRIPTOR, 0);
    boolean told = false;
    if (tracker >= 0 && mapped > 0) {
      long table = (mapped + BYTES_OF_TABLE - 1) / BYTES_OF_TABLE * BYTES_OF_TABLE;
      told =
          Userfault.register((int) tracker, mapped, bytes) >= 0
              && pagemap.stored(table, table + BYTES_OF_TABLE, false, new long[3]) == 1;
    }
    if (mapped > 0) {
      Libc.unmap(mapped, bytes);
    }
    if (tracker >= 0) {
      Libc.close((int) tracker);
    }
    return told;
  }

  /** Tells whether the kernel does this for this process. */
  static boolean isSupported() {
    int flags = Unix.MAP_PRIVATE | Unix.MAP_ANON;
    long page = Libc.map(0, Unix.PAGE_SIZE, Unix.READ_WRITE, flags, Unix.NO_DESCRIPTOR, 0);
    if (page < 0) {
      return false;
    }
    long tracker = trackWrites(page, Unix.PAGE_SIZE);
    Libc.unmap(page, Unix.PAGE_SIZE);
    return tracker >= 0 && Libc.close((int) tracker) == 0;
  }
}
