// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A mapped ByteBuffer through a VarHandle view: what JDK 17 compiles best. */
final class VarHandleTarget extends ByteBufferTarget {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  VarHandleTarget(ByteBuffer buffer, Closeable mapping) {
    super(buffer, mapping);
  }

  @Override
  void putLong(long offset, long value) {
    LONG.set(buffer, (int) offset, value);
  }

  @Override
  long getLong(long offset) {
    return (long) LONG.get(buffer, (int) offset);
  }
}
