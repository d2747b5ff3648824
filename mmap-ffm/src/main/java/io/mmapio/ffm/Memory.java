// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/** Memory outside of the heap for the arguments of calls. */
final class Memory {
  /** Bytes that arrays are moved by: they stay in a cache. */
  private static final int BLOCK = 256 << 10;

  private Memory() {}

  /** Part of a direct buffer, whatever its position and limit are. */
  static MemorySegment of(ByteBuffer buffer, int position, int length) {
    return MemorySegment.ofBuffer(buffer.duplicate().clear()).asSlice(position, length);
  }

  /** Moves some bytes by way of a block. */
  @FunctionalInterface
  interface Move {
    /**
     * Moves bytes.
     *
     * @param block to move by
     * @param done how many bytes have been moved before
     * @param some how many to move now
     * @return how many were moved, or an error
     */
    long move(MemorySegment block, int done, int some);
  }

  /** Moves an array by blocks: it may not be held still meanwhile, as a disk may be slow. */
  static long byBlocks(int length, Move move) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment block = arena.allocate(Math.min(length, BLOCK));
      int done = 0;
      long moved = 0;
      while (done < length) {
        int some = Math.min(BLOCK, length - done);
        moved = move.move(block, done, some);
        done += (int) Math.max(0, moved);
        if (moved < some) {
          break;
        }
      }
      return done > 0 ? done : moved;
    } catch (OutOfMemoryError e) {
      return MmapBackend.UNSUPPORTED; // no room for a block
    }
  }

  /** Copies what a call has read into a block, and returns what the call returned. */
  static long toArray(long read, MemorySegment block, byte[] target, int index) {
    if (read > 0) {
      MemorySegment.copy(block, ValueLayout.JAVA_BYTE, 0, target, index, (int) read);
    }
    return read;
  }

  /** Fills a block from an array. */
  static MemorySegment fromArray(byte[] source, int index, MemorySegment block, int length) {
    MemorySegment.copy(source, index, block, ValueLayout.JAVA_BYTE, 0, length);
    return block.asSlice(0, length);
  }
}
