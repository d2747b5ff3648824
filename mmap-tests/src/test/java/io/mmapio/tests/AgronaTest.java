// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.agrona.concurrent.AtomicBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.broadcast.BroadcastBufferDescriptor;
import org.agrona.concurrent.broadcast.BroadcastReceiver;
import org.agrona.concurrent.broadcast.BroadcastTransmitter;
import org.agrona.concurrent.broadcast.CopyBroadcastReceiver;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;
import org.agrona.concurrent.status.CountersManager;
import org.agrona.concurrent.status.CountersReader;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes and what Agrona has for them, over one file: this one sends numbers to all by a
 * broadcast; the two children count them and send them back by one ring buffer.
 */
@Tag("child-jvm")
final class AgronaTest {
  private static final int NUMBERS = 1_000; // as many as the broadcast holds, so none is lost
  private static final int CHILDREN = 2;
  private static final int READY = 1;
  private static final int NUMBER = 2;

  private static final int RING = (1 << 16) + RingBufferDescriptor.TRAILER_LENGTH;
  private static final int BROADCAST = (1 << 16) + BroadcastBufferDescriptor.TRAILER_LENGTH;
  private static final int VALUES = 64 * CountersReader.COUNTER_LENGTH;
  private static final int LABELS = 64 * CountersReader.METADATA_LENGTH;
  private static final int SIZE = RING + BROADCAST + VALUES + LABELS;

  @TempDir Path directory;

  @Test
  void processesShareRingBroadcastAndCounters() throws Exception {
    Path file = Bytes.sparse(directory.resolve("shared"), SIZE);
    ExecutorService threads = Executors.newFixedThreadPool(CHILDREN);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      CountersManager counters = new CountersManager(labels(region), values(region));
      assertEquals(0, counters.allocate("received by 0"));
      assertEquals(1, counters.allocate("received by 1"));
      List<Future<ChildJvm.Outcome>> children =
          List.of(
              threads.submit(() -> new ChildJvm().run(Child.class, file.toString(), "0")),
              threads.submit(() -> new ChildJvm().run(Child.class, file.toString(), "1")));
      Parent parent = new Parent(region, children);
      parent.receive(CHILDREN); // both are ready
      parent.sendAll();
      parent.receive(CHILDREN * (NUMBERS + 1));
      for (Future<ChildJvm.Outcome> child : children) {
        assertEquals(0, child.get().exitCode(), child.get().output());
      }
      assertEquals(NUMBERS, counters.getCounterValue(0));
      assertEquals(NUMBERS, counters.getCounterValue(1));
    } finally {
      threads.shutdownNow();
    }
  }

  /** The views of this process are buffers. */
  private static AtomicBuffer part(MappedRegion region, long offset, int length) {
    return new UnsafeBuffer(region.buffer(offset, length));
  }

  private static AtomicBuffer values(MappedRegion region) {
    return part(region, RING + BROADCAST, VALUES);
  }

  private static AtomicBuffer labels(MappedRegion region) {
    return part(region, RING + BROADCAST + VALUES, LABELS);
  }

  private static long scrambled(long number) {
    return Long.rotateLeft(number * 0x9E3779B97F4A7C15L, 17);
  }

  private static final class Parent {
    private final ManyToOneRingBuffer ring;
    private final BroadcastTransmitter transmitter;
    private final List<Future<ChildJvm.Outcome>> children;
    private final long[] next = new long[CHILDREN];
    private int received;

    Parent(MappedRegion region, List<Future<ChildJvm.Outcome>> children) {
      ring = new ManyToOneRingBuffer(part(region, 0, RING));
      transmitter = new BroadcastTransmitter(part(region, RING, BROADCAST));
      this.children = children;
    }

    void sendAll() {
      UnsafeBuffer message = new UnsafeBuffer(new byte[Long.BYTES]);
      for (long number = 0; number < NUMBERS; number++) {
        message.putLong(0, scrambled(number));
        transmitter.transmit(NUMBER, message, 0, Long.BYTES);
      }
    }

    void receive(int until) throws Exception {
      while (received < until) {
        boolean ended = ended(); // asked before looking, so that nothing sent before is missed
        int some =
            ring.read(
                (type, buffer, index, length) -> {
                  int child = buffer.getInt(index);
                  if (type == NUMBER) {
                    assertEquals(scrambled(next[child]++), buffer.getLong(index + Long.BYTES));
                  }
                });
        received += some;
        if (some == 0 && ended) {
          throw new AssertionError("the children ended: " + children.get(0).get().output());
        }
        Thread.onSpinWait();
      }
    }

    /** Whether one ended before it was ready, or both did. */
    private boolean ended() {
      long ended = children.stream().filter(Future::isDone).count();
      return ended == CHILDREN || (ended > 0 && received < CHILDREN);
    }
  }

  /** Another process, whose buffers are addresses. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) throws IOException {
      int id = Integer.parseInt(args[1]);
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        ManyToOneRingBuffer ring = new ManyToOneRingBuffer(at(region, 0, RING));
        AtomicBuffer counters = at(region, RING + BROADCAST, VALUES);
        AtomicBuffer broadcast = at(region, RING, BROADCAST);
        CopyBroadcastReceiver receiver =
            new CopyBroadcastReceiver(new BroadcastReceiver(broadcast));
        UnsafeBuffer message = new UnsafeBuffer(new byte[2 * Long.BYTES]);
        message.putInt(0, id);
        send(ring, READY, message);
        for (int received = 0; received < NUMBERS; Thread.onSpinWait()) {
          received +=
              receiver.receive(
                  (type, buffer, index, length) -> {
                    message.putLong(Long.BYTES, buffer.getLong(index));
                    counters.getAndAddLong(CountersReader.counterOffset(id), 1);
                    send(ring, type, message);
                  });
        }
      }
    }

    /** Keeps nothing mapped: the region outlives it. */
    private static AtomicBuffer at(MappedRegion region, long offset, int length) {
      return new UnsafeBuffer(region.address() + offset, length);
    }

    private static void send(ManyToOneRingBuffer ring, int type, UnsafeBuffer message) {
      while (!ring.write(type, message, 0, message.capacity())) {
        Thread.onSpinWait(); // the ring is full
      }
    }
  }
}
