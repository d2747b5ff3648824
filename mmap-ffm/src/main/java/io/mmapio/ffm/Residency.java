// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Which pages are in memory, one bit for each: mincore(2). */
final class Residency {
  /** Pages whose states fit the memory that each thread has for its calls. */
  private static final long FEW = 192;

  private static final long BITS = Long.SIZE;

  /** Pages that are looked at first where there are many, and how many times as many come next. */
  private static final long FIRST = 512;

  private static final long GROWTH = 4;

  /** Bit 0 of each of eight bytes. */
  private static final long FIRST_BITS = 0x0101010101010101L;

  private static final ValueLayout.OfLong STATES =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Residency() {}

  /** See {@link io.mmapio.spi.PageCalls#resident}. */
  static long read(long address, long length, long[] bits) {
    long pages = (length + Unix.PAGE_SIZE - 1) / Unix.PAGE_SIZE;
    long words = (pages + BITS - 1) / BITS;
    if (pages <= FEW) {
      return read(address, length, CallMemory.room(words * BITS), bits);
    }
    try (Arena arena = Arena.ofConfined()) {
      return read(address, length, arena.allocate(words * BITS), bits);
    }
  }

  /** See {@link io.mmapio.spi.PageCalls#allResident}. */
  static long isWhole(long address, long length) {
    long pages = (length + Unix.PAGE_SIZE - 1) / Unix.PAGE_SIZE;
    if (pages <= FEW) {
      return isWhole(address, pages, pages, CallMemory.room(pages));
    }
    try (Arena arena = Arena.ofConfined()) {
      return isWhole(address, pages, FIRST, arena.allocate(pages));
    }
  }

  /** Few pages first, and then more and more, so that calls are few where all are present. */
  private static long isWhole(long address, long pages, long few, MemorySegment states) {
    long batch = few;
    long count;
    for (long first = 0; first < pages; first += count) {
      count = Math.min(batch, pages - first);
      long result = Libc.inCore(address + first * Unix.PAGE_SIZE, count * Unix.PAGE_SIZE, states);
      if (result != 0 || !areSet(states, count)) {
        return result;
      }
      batch *= GROWTH;
    }
    return 1;
  }

  /** Tells whether bit 0 of each state is set: eight at a time, and the rest alone. */
  private static boolean areSet(MemorySegment states, long count) {
    long all = FIRST_BITS;
    long i = 0;
    for (; i + Long.BYTES <= count; i += Long.BYTES) {
      all &= states.get(STATES, i);
    }
    boolean set = all == FIRST_BITS;
    for (; i < count; i++) {
      set &= (states.get(ValueLayout.JAVA_BYTE, i) & 1) != 0;
    }
    return set;
  }

  private static long read(long address, long length, MemorySegment states, long[] bits) {
    long result = Libc.inCore(address, length, states);
    for (int word = 0; result == 0 && word < states.byteSize() / BITS; word++) {
      bits[word] = firstBits(states, word * BITS);
    }
    return result;
  }

  /**
   * Bit i of the result is bit 0 of state i: the others are the kernel's. Eight at a time: the
   * product has bit 0 of byte i as its bit 56 + i.
   */
  private static long firstBits(MemorySegment states, long first) {
    long bits = 0;
    for (int i = 0; i < BITS; i += Long.BYTES) {
      long eight = states.get(STATES, first + i) & FIRST_BITS;
      bits |= ((eight * 0x0102040810204080L) >>> 56) << i;
    }
    return bits;
  }
}
