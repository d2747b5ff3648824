// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;

/** A view of a part of a region, whatever its type: bytes to read and to write. */
abstract class HeldView {
  /**
   * Bytes from one that is compared to the next: a prime, so that no place in a word is left out.
   */
  private static final int STRIDE = 61;

  final int offset; // into the region
  final int length;

  private HeldView(int offset, int length) {
    this.offset = offset;
    this.length = length;
  }

  /** A view that is a buffer. */
  static HeldView of(ByteBuffer buffer, int offset) {
    return new OfBytes(buffer, offset);
  }

  /** A view that is a buffer of longs. */
  static HeldView of(LongBuffer buffer, int offset) {
    return new OfLongs(buffer, offset);
  }

  /** A view that is a segment. */
  static HeldView ofSegment(Object segment, int offset) {
    return new OfSegment(segment, offset);
  }

  /** The view itself. */
  abstract Object view();

  abstract boolean isWritable();

  abstract byte get(int index);

  abstract void put(int index, byte value);

  /**
   * Fails unless it shows its part of what the region must be: many bytes of each page, and the
   * last.
   */
  final void requireContent(byte[] region) {
    requireContent(region, length);
  }

  /** The same of its first bytes alone. */
  final void requireContent(byte[] region, int limit) {
    for (int i = 0; i < limit; i += STRIDE) {
      require(i, region);
    }
    if (limit > 0) {
      require(limit - 1, region);
    }
  }

  private void require(int index, byte[] region) {
    byte found = get(index);
    byte expected = offset + index < region.length ? region[offset + index] : 0;
    if (found != expected) {
      throw new AssertionError(
          "byte %d of %d is %d, not %d".formatted(index, length, found, expected));
    }
  }

  private static final class OfBytes extends HeldView {
    private final ByteBuffer buffer;

    OfBytes(ByteBuffer buffer, int offset) {
      super(offset, buffer.capacity());
      this.buffer = buffer;
    }

    @Override
    ByteBuffer view() {
      return buffer;
    }

    @Override
    boolean isWritable() {
      return !buffer.isReadOnly();
    }

    @Override
    byte get(int index) {
      return buffer.get(index);
    }

    @Override
    void put(int index, byte value) {
      buffer.put(index, value);
    }
  }

  /** The order of its longs is that of a new buffer, big-endian: the first byte is the highest. */
  private static final class OfLongs extends HeldView {
    private final LongBuffer buffer;

    OfLongs(LongBuffer buffer, int offset) {
      super(offset, buffer.capacity() * Long.BYTES);
      this.buffer = buffer;
    }

    @Override
    LongBuffer view() {
      return buffer;
    }

    @Override
    boolean isWritable() {
      return !buffer.isReadOnly();
    }

    private static int shift(int index) {
      return Long.SIZE - Byte.SIZE * (1 + index % Long.BYTES);
    }

    @Override
    byte get(int index) {
      return (byte) (buffer.get(index / Long.BYTES) >>> shift(index));
    }

    @Override
    void put(int index, byte value) {
      int at = index / Long.BYTES;
      long others = buffer.get(at) & ~(0xffL << shift(index));
      buffer.put(at, others | (value & 0xffL) << shift(index));
    }
  }

  private static final class OfSegment extends HeldView {
    private final Object segment;

    OfSegment(Object segment, int offset) {
      super(offset, Math.toIntExact(SegmentCalls.size(segment)));
      this.segment = segment;
    }

    @Override
    Object view() {
      return segment;
    }

    @Override
    boolean isWritable() {
      return !SegmentCalls.isReadOnly(segment);
    }

    @Override
    byte get(int index) {
      return SegmentCalls.get(segment, index);
    }

    @Override
    void put(int index, byte value) {
      SegmentCalls.set(segment, index, value);
    }
  }
}
