// SPDX-License-Identifier: Apache-2.0
package io.mmapio.lucene;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.apache.lucene.store.ReadAdvice;
import org.jspecify.annotations.Nullable;

/**
 * An input of a guarded file. A lost page reads as zeros and is recorded. So each method looks for
 * the record after it has read bytes and before it returns them.
 */
final class GuardedIndexInput extends MappedIndexInput {
  GuardedIndexInput(
      String description,
      OpenFile file,
      long start,
      MemorySegment bytes,
      @Nullable ReadAdvice advice) {
    super(description, file, start, bytes, advice);
  }

  @Override
  MappedIndexInput part(String description, long offset, long size, @Nullable ReadAdvice ofPart) {
    return new GuardedIndexInput(
        description, file, start() + offset, bytes.asSlice(offset, size), ofPart);
  }

  /** Nobody could look for lost pages after reading such a segment. */
  @Override
  public @Nullable MemorySegment segmentSliceOrNull(long at, long size) throws IOException {
    super.segmentSliceOrNull(at, size);
    return null;
  }

  @Override
  public byte readByte() throws IOException {
    byte value = super.readByte();
    file.requireNothingLost();
    return value;
  }

  @Override
  public short readShort() throws IOException {
    short value = super.readShort();
    file.requireNothingLost();
    return value;
  }

  @Override
  public int readInt() throws IOException {
    int value = super.readInt();
    file.requireNothingLost();
    return value;
  }

  @Override
  public long readLong() throws IOException {
    long value = super.readLong();
    file.requireNothingLost();
    return value;
  }

  @Override
  public void readBytes(byte[] target, int offset, int count) throws IOException {
    super.readBytes(target, offset, count);
    file.requireNothingLost();
  }

  @Override
  public void readInts(int[] target, int offset, int count) throws IOException {
    super.readInts(target, offset, count);
    file.requireNothingLost();
  }

  @Override
  public void readLongs(long[] target, int offset, int count) throws IOException {
    super.readLongs(target, offset, count);
    file.requireNothingLost();
  }

  @Override
  public void readFloats(float[] target, int offset, int count) throws IOException {
    super.readFloats(target, offset, count);
    file.requireNothingLost();
  }

  @Override
  public byte readByte(long at) throws IOException {
    byte value = super.readByte(at);
    file.requireNothingLost();
    return value;
  }

  @Override
  public short readShort(long at) throws IOException {
    short value = super.readShort(at);
    file.requireNothingLost();
    return value;
  }

  @Override
  public int readInt(long at) throws IOException {
    int value = super.readInt(at);
    file.requireNothingLost();
    return value;
  }

  @Override
  public long readLong(long at) throws IOException {
    long value = super.readLong(at);
    file.requireNothingLost();
    return value;
  }

  @Override
  public void readBytes(long at, byte[] target, int offset, int count) throws IOException {
    super.readBytes(at, target, offset, count);
    file.requireNothingLost();
  }
}
