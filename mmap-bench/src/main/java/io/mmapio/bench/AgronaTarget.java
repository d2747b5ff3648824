// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Agrona's UnsafeBuffer over a buffer of the JDK, bounds checks on as by default. */
final class AgronaTarget extends RecordTarget {
  private final UnsafeBuffer buffer;

  AgronaTarget(ByteBuffer mapped) {
    super(mapped.capacity(), () -> BenchFile.unmap(mapped));
    buffer = new UnsafeBuffer(mapped);
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
  void putRecord(long offset) {
    buffer.putBytes((int) offset, record);
  }
}
