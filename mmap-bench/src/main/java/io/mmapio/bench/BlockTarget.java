// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads and writes of blocks by calls, from the heap or from direct memory: ours or a channel's.
 */
final class BlockTarget extends Target {
  private final Move read;
  private final Move write;
  private final Closeable owner;
  private final boolean direct;
  private final ByteBuffer word;
  private ByteBuffer record;

  /** A call that moves what remains of a block. */
  @FunctionalInterface
  interface Move {
    void move(ByteBuffer block, long offset) throws IOException;
  }

  /**
   * Makes a target.
   *
   * @param owner is closed with it
   */
  BlockTarget(long size, boolean direct, Move read, Move write, Closeable owner) {
    super(size);
    this.direct = direct;
    this.read = read;
    this.write = write;
    this.owner = owner;
    word = allocate(Long.BYTES);
    record = word;
  }

  @Override
  boolean isSlow() {
    return true;
  }

  @Override
  void putLong(long offset, long value) throws IOException {
    write.move(word.clear().putLong(0, value), offset);
  }

  @Override
  long getLong(long offset) throws IOException {
    read.move(word.clear(), offset);
    return word.getLong(0);
  }

  @Override
  void prepare(int length) {
    record = allocate(length);
  }

  @Override
  void putRecord(long offset) throws IOException {
    write.move(record.clear(), offset);
  }

  @Override
  public void close() throws IOException {
    owner.close();
  }

  private ByteBuffer allocate(int length) {
    ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(length) : ByteBuffer.allocate(length);
    return buffer.order(ByteOrder.nativeOrder());
  }
}
