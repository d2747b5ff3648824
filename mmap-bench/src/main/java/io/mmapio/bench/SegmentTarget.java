// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;

/** A MemorySegment, JDK 22 or later. */
final class SegmentTarget extends Target {
  private final Object segment;
  private final Closeable mapping;
  private Object record = "";
  private int length;

  SegmentTarget(Object segment, Closeable mapping) {
    super(Segments.size(segment));
    this.segment = segment;
    this.mapping = mapping;
  }

  @Override
  void putLong(long offset, long value) {
    Segments.putLong(segment, offset, value);
  }

  @Override
  long getLong(long offset) {
    return Segments.getLong(segment, offset);
  }

  @Override
  void prepare(int bytes) {
    length = bytes;
    record = Segments.ofArray(new byte[bytes]);
  }

  @Override
  void putRecord(long offset) {
    Segments.copy(record, segment, offset, length);
  }

  @Override
  public void close() throws IOException {
    mapping.close();
  }
}
