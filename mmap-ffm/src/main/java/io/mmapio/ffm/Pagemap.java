// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** What the kernel tells of the pages of this process: /proc/self/pagemap. */
final class Pagemap implements AutoCloseable {
  private static final MemorySegment PATH = Arena.global().allocateFrom("/proc/self/pagemap");
  private static final long SCAN = Integer.toUnsignedLong(Unix.number("PAGEMAP_SCAN"));
  private static final long SCAN_SIZE = Unix.number("sizeof(struct_pm_scan_arg)");
  private static final long REGION_SIZE = Unix.number("sizeof(struct_page_region)");
  private static final long REGION_END = Unix.number("struct_page_region.end");

  private static final long WRITTEN = Unix.number("PAGE_IS_WRITTEN");
  private static final long PRESENT_OR_SWAPPED =
      Unix.number("PAGE_IS_PRESENT") | Unix.number("PAGE_IS_SWAPPED");
  private static final long FILE_OR_ZERO_PAGE =
      Unix.number("PAGE_IS_FILE") | Unix.number("PAGE_IS_PFNZERO");
  private static final long CHECKS = Unix.number("PM_SCAN_CHECK_WPASYNC");
  private static final long RESETS = Unix.number("PM_SCAN_WP_MATCHING");

  /** Entries that are read at a time. */
  private static final int ENTRIES = 512;

  private static final long IN_MEMORY_OR_SWAP = 3L << 62;
  private static final long FILE_OR_SHARED = 1L << 61;

  private final long descriptor;

  private Pagemap(long descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens it; if that fails, every method returns the error. */
  static Pagemap open() {
    return new Pagemap(Libc.open(PATH, Unix.number("O_RDONLY") | Unix.number("O_CLOEXEC")));
  }

  @Override
  public void close() {
    if (descriptor >= 0) {
      Libc.close((int) descriptor);
    }
  }

  /** What a scan looks for: see pagemap.rst of the kernel. */
  private record Search(long flags, long inverted, long mask, long any, long returned) {}

  /** Pages that were stored to since they were protected. */
  long stored(long from, long end, boolean reset, long[] ranges) {
    return scan(from, end, new Search(flags(reset), 0, WRITTEN, 0, WRITTEN), ranges);
  }

  /** Pages of which the page table knows nothing. */
  long withoutEntry(long from, long end, boolean reset, long[] ranges) {
    Search search = new Search(flags(reset), PRESENT_OR_SWAPPED, PRESENT_OR_SWAPPED, 0, 0);
    return scan(from, end, search, ranges);
  }

  private static long flags(boolean reset) {
    return reset ? CHECKS | RESETS : CHECKS;
  }

  /** Pages that are no longer those of the file. */
  long privatePages(long from, long end, long[] ranges) {
    Search search = new Search(0, FILE_OR_ZERO_PAGE, FILE_OR_ZERO_PAGE, PRESENT_OR_SWAPPED, 0);
    long count = scan(from, end, search, ranges);
    return count == -Errors.ENOTTY || count == -Errors.EINVAL
        ? readEntries(from, end, ranges)
        : count;
  }

  private long scan(long from, long end, Search search, long[] ranges) {
    if (descriptor < 0) {
      return descriptor;
    }
    int room = ranges.length / 2;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment found = arena.allocate(room * REGION_SIZE, Long.BYTES);
      MemorySegment call = call(from, end, search);
      set(call, "vec", found.address());
      set(call, "vec_len", room);
      long count = LinuxLibc.control((int) descriptor, SCAN, call);
      for (int i = 0; i < count; i++) {
        long start = found.get(ValueLayout.JAVA_LONG, i * REGION_SIZE);
        ranges[2 * i] = start;
        ranges[2 * i + 1] = found.get(ValueLayout.JAVA_LONG, i * REGION_SIZE + REGION_END) - start;
      }
      long scanned = Unix.number("struct_pm_scan_arg.walk_end");
      ranges[ranges.length - 1] = call.get(ValueLayout.JAVA_LONG, scanned);
      return count;
    }
  }

  private static MemorySegment call(long from, long end, Search search) {
    MemorySegment call = CallMemory.room(SCAN_SIZE).fill((byte) 0);
    call.set(ValueLayout.JAVA_LONG, 0, SCAN_SIZE);
    set(call, "flags", search.flags());
    set(call, "start", from);
    set(call, "end", end);
    set(call, "category_inverted", search.inverted());
    set(call, "category_mask", search.mask());
    set(call, "category_anyof_mask", search.any());
    set(call, "return_mask", search.returned());
    return call;
  }

  private static void set(MemorySegment call, String field, long value) {
    call.set(ValueLayout.JAVA_LONG, Unix.number("struct_pm_scan_arg." + field), value);
  }

  /** For kernels without such scans: one number of 8 bytes for each page. */
  private long readEntries(long from, long end, long[] ranges) {
    Ranges found = new Ranges(ranges);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment entries = arena.allocate(ENTRIES * (long) Long.BYTES, Long.BYTES);
      long at = from;
      while (at < end) {
        long pages = Math.min((end - at + Unix.PAGE_SIZE - 1) / Unix.PAGE_SIZE, ENTRIES);
        long offset = at / Unix.PAGE_SIZE * Long.BYTES;
        long bytes = Libc.readAt((int) descriptor, entries, pages * Long.BYTES, offset);
        if (bytes < Long.BYTES) {
          return bytes < 0 ? bytes : MmapBackend.UNSUPPORTED;
        }
        for (int i = 0; i < bytes / Long.BYTES; i++, at += Unix.PAGE_SIZE) {
          long entry = entries.getAtIndex(ValueLayout.JAVA_LONG, i);
          if (isPrivate(entry) && !found.add(at)) {
            return found.endAt(at);
          }
        }
      }
      return found.endAt(end);
    }
  }

  private static boolean isPrivate(long entry) {
    return (entry & IN_MEMORY_OR_SWAP) != 0 && (entry & FILE_OR_SHARED) == 0;
  }

  /** Pages that are added one by one. */
  private static final class Ranges {
    private final long[] ranges;
    private int count;

    Ranges(long[] ranges) {
      this.ranges = ranges;
    }

    /** False if there is no room. */
    boolean add(long page) {
      int last = 2 * count - 2;
      if (count > 0 && ranges[last] + ranges[last + 1] == page) {
        ranges[last + 1] += Unix.PAGE_SIZE;
        return true;
      }
      if (2 * count == ranges.length - 1) {
        return false;
      }
      ranges[2 * count] = page;
      ranges[2 * count + 1] = Unix.PAGE_SIZE;
      count++;
      return true;
    }

    long endAt(long address) {
      ranges[ranges.length - 1] = address;
      return count;
    }
  }
}
