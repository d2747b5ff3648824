// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/** FileChannel's positional reads and writes, from the heap or from direct memory. */
final class ChannelTarget extends Target {
  private final FileChannel channel;
  private final boolean direct;
  private final ByteBuffer word;
  private ByteBuffer record;

  ChannelTarget(FileChannel channel, long size, boolean direct) {
    super(size);
    this.channel = channel;
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
    word.clear().putLong(0, value);
    channel.write(word, offset);
  }

  @Override
  long getLong(long offset) throws IOException {
    channel.read(word.clear(), offset);
    return word.getLong(0);
  }

  @Override
  void prepare(int length) {
    record = allocate(length);
  }

  @Override
  void putRecord(long offset) throws IOException {
    channel.write(record.clear(), offset);
  }

  @Override
  public void close() {}

  private ByteBuffer allocate(int length) {
    ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    return buffer.order(ByteOrder.nativeOrder());
  }
}
