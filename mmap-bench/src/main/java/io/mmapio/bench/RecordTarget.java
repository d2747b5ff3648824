// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;

/** A target whose records come from an array, and that has one thing to close. */
abstract class RecordTarget extends Target {
  private final Closeable mapping;

  /** What {@link #putRecord} writes. */
  byte[] record = new byte[0];

  RecordTarget(long size, Closeable mapping) {
    super(size);
    this.mapping = mapping;
  }

  @Override
  final void prepare(int length) {
    record = new byte[length];
  }

  @Override
  public final void close() throws IOException {
    mapping.close();
  }
}
