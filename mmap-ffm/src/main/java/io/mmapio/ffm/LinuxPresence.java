// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Which pages this process has in its page table: /proc/self/pagemap. */
final class LinuxPresence {
  private static final int OPEN = Unix.number("O_RDONLY") | Unix.number("O_CLOEXEC");
  private static final int PRESENT = 63; // the bit of an entry

  private static final MemorySegment PAGEMAP = Arena.global().allocateFrom("/proc/self/pagemap");

  private LinuxPresence() {}

  /** See {@link io.mmapio.spi.PageCalls#present}. */
  static long read(long address, long length, long[] bits) {
    long descriptor = Libc.open(PAGEMAP, OPEN);
    if (descriptor < 0) {
      return MmapBackend.UNSUPPORTED;
    }
    try (Arena arena = Arena.ofConfined()) {
      long pages = (length + Unix.PAGE_SIZE - 1) / Unix.PAGE_SIZE;
      MemorySegment entries = arena.allocate(pages * Long.BYTES, Long.BYTES);
      long at = address / Unix.PAGE_SIZE * Long.BYTES;
      long read = Libc.readAt((int) descriptor, entries, entries.byteSize(), at);
      if (read != entries.byteSize()) {
        return read < 0 ? read : MmapBackend.UNSUPPORTED;
      }
      toBits(entries, pages, bits);
      return 0;
    } finally {
      Libc.close((int) descriptor);
    }
  }

  private static void toBits(MemorySegment entries, long pages, long[] bits) {
    for (int page = 0; page < pages; page++) {
      long bit = entries.getAtIndex(ValueLayout.JAVA_LONG, page) >>> PRESENT;
      int word = page / Long.SIZE;
      bits[word] = (page % Long.SIZE == 0 ? 0 : bits[word]) | bit << page;
    }
  }

  /** Tells whether the entry of a page that was just written says that it is there. */
  static boolean isVisible() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment here = arena.allocate(1);
      here.set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      long[] bits = new long[1];
      return read(here.address(), 1, bits) == 0 && bits[0] == 1;
    }
  }
}
