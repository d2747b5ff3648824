// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;

/** One slot each way in memory that both have mapped. Both sleep until they are woken. */
final class SleepingLine implements Line {
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final int DISTANCE = 256;
  private static final Duration NAP = Duration.ofSeconds(10);

  /** Bytes that both map. */
  static final int SIZE = 2 * DISTANCE;

  private final SharedMemory memory;
  private final ByteBuffer view;
  private final int out;
  private final int in;
  private int last;

  SleepingLine(SharedMemory memory, End end) {
    this.memory = memory;
    this.view = memory.view();
    this.out = end == End.CALLER ? 0 : DISTANCE;
    this.in = end == End.CALLER ? DISTANCE : 0;
  }

  @Override
  public void send(long number) throws IOException {
    INT.setRelease(view, out, (int) number);
    memory.region().signals().wake(out);
  }

  @Override
  public long receive() throws IOException {
    int found;
    while ((found = (int) INT.getAcquire(view, in)) == last) {
      try {
        memory.region().signals().await(in, last, NAP);
      } catch (InterruptedException e) {
        throw new InterruptedIOException(e.getMessage());
      }
    }
    last = found;
    return found;
  }

  @Override
  public void close() throws IOException {
    memory.close();
  }
}
