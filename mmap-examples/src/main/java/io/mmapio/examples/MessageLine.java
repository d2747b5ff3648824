// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.MappedRegion;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * A line of messages in memory that processes share: many send, one receives. The messages are in
 * Agrona's ring buffer. Who finds nothing to receive, or no room to send, sleeps until the other
 * side wakes it.
 *
 * <p>Waking costs a system call, so it is done only for somebody who sleeps. The word of a side is
 * 1 if somebody may sleep there. Who wants to sleep sets it to 1, looks again, and then sleeps
 * while it is 1. Who has sent or received sets a 1 to 0, and wakes. One of the two sees what the
 * other did, so nobody sleeps through a message.
 */
final class MessageLine implements AutoCloseable {
  /** Bytes of a message: sender, number, a check of both, and zeros. */
  static final int LENGTH = 64;

  private static final VarHandle WORD =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final int RECEIVER_AT = 0;
  private static final int SENDERS_AT = 256;
  private static final int RING_AT = 512;
  private static final int RING = (1 << 20) + RingBufferDescriptor.TRAILER_LENGTH;

  /** Bytes of the memory. */
  static final int SIZE = RING_AT + RING;

  private static final int MESSAGE = 1;
  private static final int NUMBER_AT = 8;
  private static final int CHECK_AT = 16;
  private static final int BATCH = 1024;

  /** How long somebody sleeps at most: longer would not cost less, and a peer may have died. */
  private static final Duration NAP = Duration.ofMillis(200);

  private final MappedRegion region;
  private final ByteBuffer words;
  private final ManyToOneRingBuffer ring;
  private final boolean spins;
  private long stuckAt = -1;
  private long stuckSince;

  /** Takes what one message says. */
  interface Receiver {
    /** Gets a message; {@code whole} is false if its bytes do not fit together. */
    void accept(int sender, long number, boolean whole);
  }

  /** Uses memory of {@link #SIZE} that was zero, and closes it in {@link #close}. */
  MessageLine(MappedRegion region, boolean spins) {
    this.region = region;
    this.spins = spins;
    words = region.buffer(0, RING_AT);
    ring = new ManyToOneRingBuffer(new UnsafeBuffer(region.buffer(RING_AT, RING)));
  }

  /** Sends a message, after waiting for room if there is none. */
  void send(int sender, long number) throws IOException, InterruptedException {
    int index = claim();
    try {
      ring.buffer().putLong(index, sender);
      ring.buffer().putLong(index + NUMBER_AT, number);
      ring.buffer().putLong(index + CHECK_AT, check(sender, number));
    } finally {
      ring.commit(index);
    }
    wake(RECEIVER_AT);
  }

  /** Begins a message that is never finished, as a process does that dies meanwhile. */
  void sendHalf(int sender) throws IOException, InterruptedException {
    ring.buffer().putLong(claim(), sender);
  }

  private int claim() throws IOException, InterruptedException {
    int index = ring.tryClaim(MESSAGE, LENGTH);
    while (index < 0) {
      await(SENDERS_AT, NAP.toNanos(), () -> ring.size() < ring.capacity() / 2);
      index = ring.tryClaim(MESSAGE, LENGTH);
    }
    return index;
  }

  /**
   * Receives what is there, after waiting for a message if there is none. Only one thread of one
   * process may receive.
   *
   * @return how many messages
   */
  int receive(Receiver receiver, long nanos) throws IOException, InterruptedException {
    int[] count = {read(receiver)};
    if (count[0] == 0 && nanos > 0) {
      await(RECEIVER_AT, nanos, () -> (count[0] = read(receiver)) > 0);
      count[0] += read(receiver);
    }
    if (count[0] > 0) {
      wake(SENDERS_AT);
    }
    return count[0];
  }

  private int read(Receiver receiver) {
    return ring.read(
        (type, buffer, index, length) -> {
          int sender = (int) buffer.getLong(index);
          long number = buffer.getLong(index + NUMBER_AT);
          receiver.accept(
              sender, number, buffer.getLong(index + CHECK_AT) == check(sender, number));
        },
        BATCH);
  }

  /**
   * Skips the message at which the receiver stands, if it is unfinished and has been for some time:
   * more than a living sender takes to finish it. Only for a receiver that got nothing, and knows a
   * sender to be dead.
   *
   * <p>A sender may even die before the ring says how long its message is. Then the message can be
   * skipped only when there are others behind it: ask again when the receiver gets nothing.
   *
   * @return whether there was such a message, and it can be skipped
   */
  boolean skipUnfinished(long nanos) {
    long now = System.nanoTime();
    if (ring.size() == 0 || ring.consumerPosition() != stuckAt) {
      stuckAt = ring.consumerPosition();
      stuckSince = now;
    }
    return ring.size() > 0 && now - stuckSince >= nanos && ring.unblock();
  }

  private static long check(int sender, long number) {
    return (number + 1) * 0x9E3779B97F4A7C15L ^ sender;
  }

  /** What ends a wait. */
  private interface Condition {
    boolean holds();
  }

  private void await(int at, long nanos, Condition condition)
      throws IOException, InterruptedException {
    if (spins) {
      long end = System.nanoTime() + nanos;
      while (!condition.holds() && System.nanoTime() - end < 0) {
        Thread.onSpinWait();
      }
      return;
    }
    WORD.setVolatile(words, at, 1);
    if (!condition.holds()) {
      region.signals().await(at, 1, Duration.ofNanos(nanos));
    }
  }

  private void wake(int at) throws IOException {
    VarHandle.fullFence(); // the message first, then the look at the word
    if (!spins && (int) WORD.getVolatile(words, at) == 1 && WORD.compareAndSet(words, at, 1, 0)) {
      region.signals().wakeAll(at);
    }
  }

  @Override
  public void close() {
    region.close();
  }
}
