// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.store.IndexInput;

/**
 * Reads a segment from front to back. What decides whether bytes may be read is the arena of the
 * segment: see {@link Lifetime}. So there is no check of the own here.
 */
abstract class SequentialInput extends IndexInput {
  static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  final OpenFile file;

  /** The bytes of this input; a segment of no bytes once this input is closed. */
  MemorySegment bytes;

  long position;
  private boolean closed;

  SequentialInput(String description, OpenFile file, MemorySegment bytes) {
    super(description);
    this.file = file;
    this.bytes = bytes;
  }

  final void requireOpen() {
    if (closed) {
      throw file.alreadyClosed(null);
    }
    file.requireOpen();
  }

  /** Makes every later call of this input throw, and of no other one. */
  final void closeThisAlone() {
    closed = true;
    bytes = MemorySegment.NULL;
  }

  /** Tells why bytes are missing that were there: another thread has closed this input. */
  final RuntimeException closedMeanwhile(IndexOutOfBoundsException e) {
    VarHandle.acquireFence(); // the other thread has marked the file before it took the bytes away
    requireOpen();
    return e;
  }

  /**
   * Tells why bytes could not be read.
   *
   * @param at where they begin
   * @param count how many they are
   * @param cause if the caller of the input has passed a range that its array does not have
   */
  final IOException unreadable(long at, long count, IndexOutOfBoundsException cause) {
    RuntimeException failure = closedMeanwhile(cause);
    if (at < 0) {
      throw new IllegalArgumentException("read negative position (pos=" + at + "): " + this);
    }
    if (count > bytes.byteSize() - at) {
      return new EOFException("read past EOF (pos=" + at + ", bytes=" + count + "): " + this);
    }
    throw failure;
  }

  @Override
  public final long getFilePointer() {
    if (closed) {
      throw file.alreadyClosed(null);
    }
    return position;
  }

  @Override
  public final void seek(long to) throws IOException {
    if (to < 0 || to > bytes.byteSize()) {
      requireOpen();
      if (to < 0) {
        throw new IllegalArgumentException("seek negative position (pos=" + to + "): " + this);
      }
      throw new EOFException("seek past EOF (pos=" + to + "): " + this);
    }
    if (closed) {
      throw file.alreadyClosed(null);
    }
    position = to;
  }

  @Override
  public byte readByte() throws IOException {
    try {
      byte value = bytes.get(BYTE, position);
      position++;
      return value;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, Byte.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public short readShort() throws IOException {
    try {
      short value = bytes.get(SHORT, position);
      position += Short.BYTES;
      return value;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, Short.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public int readInt() throws IOException {
    try {
      int value = bytes.get(INT, position);
      position += Integer.BYTES;
      return value;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, Integer.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public long readLong() throws IOException {
    try {
      long value = bytes.get(LONG, position);
      position += Long.BYTES;
      return value;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, Long.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void readBytes(byte[] target, int offset, int count) throws IOException {
    try {
      MemorySegment.copy(bytes, BYTE, position, target, offset, count);
      position += count;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, count, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void readInts(int[] target, int offset, int count) throws IOException {
    try {
      MemorySegment.copy(bytes, INT, position, target, offset, count);
      position += (long) count * Integer.BYTES;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, (long) count * Integer.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void readLongs(long[] target, int offset, int count) throws IOException {
    try {
      MemorySegment.copy(bytes, LONG, position, target, offset, count);
      position += (long) count * Long.BYTES;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, (long) count * Long.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }

  @Override
  public void readFloats(float[] target, int offset, int count) throws IOException {
    try {
      MemorySegment.copy(bytes, FLOAT, position, target, offset, count);
      position += (long) count * Float.BYTES;
    } catch (IndexOutOfBoundsException e) {
      throw unreadable(position, (long) count * Float.BYTES, e);
    } catch (IllegalStateException e) {
      throw file.failure(e);
    }
  }
}
