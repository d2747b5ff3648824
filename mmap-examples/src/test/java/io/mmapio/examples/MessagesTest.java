// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Mmap;
import io.mmapio.SharedMemory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Messages arrive once, whole and in order, also from processes that are killed. */
final class MessagesTest {
  private static final String NAME = "mmap-messages-test-" + ProcessHandle.current().pid();

  @Test
  void everyMessageArrivesFromThoseWhoSleep() throws Exception {
    assertEquals(0, Messages.run(List.of("20000")));
  }

  @Test
  void everyMessageArrivesFromThoseWhoSpin() throws Exception {
    assertEquals(0, Messages.run(List.of("2000", "spin")));
  }

  @Test
  void anUnfinishedMessageStopsTheReceiverUntilItIsSkipped() throws Exception {
    SharedMemory memory = Mmap.shared(NAME + "-half");
    List<Long> received = new ArrayList<>();
    try (MessageLine line = new MessageLine(memory.create(MessageLine.SIZE), false)) {
      line.send(0, 0);
      line.sendHalf(1);
      line.send(0, 1);
      assertEquals(1, line.receive((sender, number, whole) -> received.add(number), 0));
      assertEquals(0, line.receive((sender, number, whole) -> received.add(number), 1_000_000));
      assertTrue(line.skipUnfinished(0));
      assertEquals(1, line.receive((sender, number, whole) -> received.add(number), 0));
      assertFalse(line.skipUnfinished(0));
    } finally {
      memory.unlink();
    }
    assertEquals(List.of(0L, 1L), received);
  }

  @Test
  void producersMayBeKilledAtAnyMoment() throws Exception {
    Random random = new Random(Long.getLong("mmapio.test.seed", System.nanoTime()));
    SharedMemory memory = Mmap.shared(NAME);
    SharedMemory back = Mmap.shared(NAME + "-back");
    back.create(MessageLine.SIZE).close();
    try (MessageLine line = new MessageLine(memory.create(MessageLine.SIZE), false)) {
      for (int round = 0; round < Integer.getInteger("mmapio.test.kills", 10); round++) {
        MessageChecks checks = new MessageChecks(1);
        kill(line, checks, random.nextInt(100_000));
        assertEquals(0, checks.damaged());
      }
      MessageChecks checks = new MessageChecks(1);
      line.send(0, 0);
      if (line.receive(checks::accept, 0) == 0) {
        assertTrue(line.skipUnfinished(0), "what was left behind can be skipped now");
        line.receive(checks::accept, 0);
      }
      assertEquals(1, checks.received(1));
    } finally {
      memory.unlink();
      back.unlink();
    }
  }

  /** Kills a producer after so many messages, and receives what it has sent. */
  private static void kill(MessageLine line, MessageChecks checks, int after) throws Exception {
    Process producer = producer();
    while (checks.received(1) <= after) {
      if (line.receive(checks::accept, TimeUnit.MILLISECONDS.toNanos(200)) == 0) {
        line.skipUnfinished(TimeUnit.SECONDS.toNanos(2)); // of an earlier one, see there
      }
      assertTrue(producer.isAlive(), "it sends without end");
    }
    producer.destroyForcibly();
    assertTrue(producer.waitFor(1, TimeUnit.MINUTES));
    int got;
    do {
      got = line.receive(checks::accept, 0);
    } while (got > 0 || line.skipUnfinished(0));
  }

  private static Process producer() throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Demo.class.getName(),
            "messages",
            "producer",
            NAME,
            "0",
            Integer.toString(Integer.MAX_VALUE),
            "send",
            "sleep")
        .inheritIO()
        .start();
  }
}
