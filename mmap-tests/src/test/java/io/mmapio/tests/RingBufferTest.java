// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SharedMemory;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two processes and a ring buffer of Agrona over a view of ours. */
@Tag("child-jvm")
final class RingBufferTest {
  /** An emulated processor would take minutes for as many. */
  private static final int MESSAGES = Machine.isEmulated() ? 20_000 : 1_000_000;

  private static final int RING = 1 << 20;
  private static final int TYPE = 1;
  private static final int LENGTH = 16; // a number and a check

  @Test
  void processesExchangeMessages() throws Exception {
    String name = "mmapio-ring-" + UUID.randomUUID();
    SharedMemory memory = Mmap.shared(name);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (MappedRegion region = memory.create(RING + RingBufferDescriptor.TRAILER_LENGTH)) {
      OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(region.buffer()));
      Future<ChildJvm.Outcome> sender =
          thread.submit(() -> new ChildJvm().run(Sender.class, name, String.valueOf(MESSAGES)));
      long received = receive(ring, sender);
      ChildJvm.Outcome outcome = sender.get();
      assertEquals(0, outcome.exitCode(), outcome.output());
      assertTrue(outcome.output().contains("sent " + MESSAGES), outcome.output());
      assertEquals(MESSAGES, received);
    } finally {
      thread.shutdownNow();
      memory.unlink();
    }
  }

  private static long receive(OneToOneRingBuffer ring, Future<?> sender) {
    long[] received = {0};
    boolean ended = false;
    while (received[0] < MESSAGES && !ended) {
      ended = sender.isDone(); // asked before looking, so that nothing sent before is missed
      int some =
          ring.read(
              (type, buffer, index, length) -> {
                long number = buffer.getLong(index);
                assertEquals(received[0], number);
                assertEquals(check(number), buffer.getLong(index + Long.BYTES));
                received[0]++;
              });
      ended &= some == 0;
      if (some == 0) {
        Thread.onSpinWait();
      }
    }
    return received[0];
  }

  private static long check(long number) {
    return Long.rotateLeft(number * 0x9E3779B97F4A7C15L, 17);
  }

  /** The other process. */
  static final class Sender {
    private Sender() {}

    public static void main(String[] args) throws IOException {
      int messages = Integer.parseInt(args[1]);
      UnsafeBuffer message = new UnsafeBuffer(new byte[LENGTH]);
      try (MappedRegion region = Mmap.shared(args[0]).open()) {
        OneToOneRingBuffer ring = new OneToOneRingBuffer(new UnsafeBuffer(region.buffer()));
        for (long number = 0; number < messages; number++) {
          message.putLong(0, number);
          message.putLong(Long.BYTES, check(number));
          while (!ring.write(TYPE, message, 0, LENGTH)) {
            Thread.onSpinWait(); // the ring is full
          }
        }
      }
      System.out.println("sent " + messages);
    }
  }
}
