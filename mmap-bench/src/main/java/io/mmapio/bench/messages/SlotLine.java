// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** One slot each way in memory that both have mapped. Both spin. */
final class SlotLine implements Line {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Not on the same cache line, nor on the next, which is fetched with it. */
  private static final int DISTANCE = 256;

  /** Bytes that both map. */
  static final int SIZE = 2 * DISTANCE;

  private final SharedMemory memory;
  private final ByteBuffer view;
  private final int out;
  private final int in;
  private long last;

  SlotLine(SharedMemory memory, End end) {
    this.memory = memory;
    this.view = memory.view();
    this.out = end == End.CALLER ? 0 : DISTANCE;
    this.in = end == End.CALLER ? DISTANCE : 0;
  }

  @Override
  public void send(long number) {
    LONG.setRelease(view, out, number);
  }

  @Override
  public long receive() {
    long found;
    while ((found = (long) LONG.getAcquire(view, in)) == last) {
      Thread.onSpinWait();
    }
    last = found;
    return found;
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
