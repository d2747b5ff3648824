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
      long eight = states.get(STATES, first + i) & 0x0101010101010101L;
      bits |= ((eight * 0x0102040810204080L) >>> 56) << i;
    }
    return bits;
  }
}
