// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A mapped ByteBuffer, by its own methods. */
final class BufferTarget extends Target {
  private final ByteBuffer buffer;
  private final Closeable mapping;
  private byte[] record = new byte[0];

  BufferTarget(ByteBuffer buffer, Closeable mapping) {
    super(buffer.capacity());
    this.buffer = buffer.order(ByteOrder.nativeOrder());
    this.mapping = mapping;
  }

  @Override
  void putLong(long offset, long value) {
    buffer.putLong((int) offset, value);
  }

  @Override
  long getLong(long offset) {
    return buffer.getLong((int) offset);
  }

  @Override
  void prepare(int length) {
    record = new byte[length];
  }

  @Override
  void putRecord(long offset) {
    buffer.put((int) offset, record);
  }

  @Override
  public void close() throws IOException {
    mapping.close();
  }
}
