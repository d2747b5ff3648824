// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.nio.ByteBuffer;

/** A mapped ByteBuffer, by its own methods. */
final class BufferTarget extends ByteBufferTarget {
  BufferTarget(ByteBuffer buffer, Closeable mapping) {
    super(buffer, mapping);
  }

  @Override
  void putLong(long offset, long value) {
    buffer.putLong((int) offset, value);
  }

  @Override
  long getLong(long offset) {
    return buffer.getLong((int) offset);
  }
}
