// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A mapped ByteBuffer through a VarHandle view: what JDK 17 compiles best. */
final class VarHandleTarget extends Target {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final ByteBuffer buffer;
  private final Closeable mapping;
  private byte[] record = new byte[0];

  VarHandleTarget(ByteBuffer buffer, Closeable mapping) {
    super(buffer.capacity());
    this.buffer = buffer;
    this.mapping = mapping;
  }

  @Override
  void putLong(long offset, long value) {
    LONG.set(buffer, (int) offset, value);
  }

  @Override
  long getLong(long offset) {
    return (long) LONG.get(buffer, (int) offset);
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
