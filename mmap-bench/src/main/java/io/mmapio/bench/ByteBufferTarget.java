// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A mapped ByteBuffer: how words reach it is what its kinds differ in. */
abstract class ByteBufferTarget extends RecordTarget {
  final ByteBuffer buffer;

  ByteBufferTarget(ByteBuffer buffer, Closeable mapping) {
    super(buffer.capacity(), mapping);
    this.buffer = buffer.order(ByteOrder.nativeOrder());
  }

  @Override
  final void putRecord(long offset) {
    buffer.put((int) offset, record);
  }
}
