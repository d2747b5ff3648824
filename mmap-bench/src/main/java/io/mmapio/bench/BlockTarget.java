// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MappedRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Ours, by blocks: {@link MappedRegion#read} and {@link MappedRegion#write}. */
final class BlockTarget extends Target {
  private final MappedRegion region;
  private final boolean direct;
  private final ByteBuffer word;
  private ByteBuffer record;

  BlockTarget(MappedRegion region, boolean direct) {
    super(region.size());
    this.region = region;
    this.direct = direct;
    word = allocate(Long.BYTES);
    record = word;
  }

  @Override
  boolean isSlow() {
    return true;
  }

  @Override
  void putLong(long offset, long value) throws IOException {
    region.write(offset, word.clear().putLong(0, value));
  }

  @Override
  long getLong(long offset) throws IOException {
    region.read(offset, word.clear());
    return word.getLong(0);
  }

  @Override
  void prepare(int length) {
    record = allocate(length);
  }

  @Override
  void putRecord(long offset) throws IOException {
    region.write(offset, record.clear());
  }

  @Override
  public void close() {
    region.close();
  }

  private ByteBuffer allocate(int length) {
    ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    return buffer.order(ByteOrder.nativeOrder());
  }
}
