// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.nio.ByteBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/** Agrona's ring buffers, one each way, in memory that both have mapped. Both spin. */
final class RingLine implements Line {
  private static final int CAPACITY = 1 << 20;
  private static final int RING = CAPACITY + RingBufferDescriptor.TRAILER_LENGTH;

  /** Bytes that both map. */
  static final int SIZE = 2 * RING;

  private static final int TYPE = 1;

  private final SharedMemory memory;
  private final RingBuffer out;
  private final RingBuffer in;
  private final int length;
  private final long[] received = new long[256];
  private int first;
  private int last;

  RingLine(SharedMemory memory, End end, int length) {
    this.memory = memory;
    this.length = length;
    int caller = end == End.CALLER ? 0 : 1;
    out = ring(memory.view(), caller);
    in = ring(memory.view(), 1 - caller);
  }

  private static RingBuffer ring(ByteBuffer view, int number) {
    return new OneToOneRingBuffer(new UnsafeBuffer(view, number * RING, RING));
  }

  @Override
  public void send(long number) {
    int index;
    while ((index = out.tryClaim(TYPE, length)) < 0) {
      Thread.onSpinWait();
    }
    out.buffer().putLong(index, number);
    out.commit(index);
  }

  @Override
  public long receive() {
    while (first == last) {
      first = 0;
      last = 0;
      in.read(
          (type, buffer, index, size) -> received[last++] = buffer.getLong(index), received.length);
      if (last == 0) {
        Thread.onSpinWait();
      }
    }
    return received[first++];
  }

  @Override
  public void close() {
    memory.close();
  }
}
