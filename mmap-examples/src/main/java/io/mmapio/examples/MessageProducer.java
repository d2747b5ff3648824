// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Mmap;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another process of {@link Messages}: sends, sends and dies, or answers. */
final class MessageProducer {
  private final MessageLine line;
  private final int id;
  private final ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();

  private MessageProducer(MessageLine line, int id) {
    this.line = line;
    this.id = id;
  }

  /**
   * Arguments: "producer", the name of the memory, who this is, how many, what to do, how to wait.
   */
  static int run(List<String> arguments) throws IOException, InterruptedException {
    String name = arguments.get(1);
    int count = Integer.parseInt(arguments.get(3));
    boolean spins = arguments.get(5).equals("spin");
    try (MessageLine line = new MessageLine(Mmap.shared(name).open(), spins);
        MessageLine answered = new MessageLine(Mmap.shared(name + "-back").open(), spins)) {
      MessageProducer producer = new MessageProducer(line, Integer.parseInt(arguments.get(2)));
      switch (arguments.get(4)) {
        case "send" -> producer.send(count);
        case "die" -> producer.die(Math.min(count, 1000));
        default -> producer.echo(answered);
      }
    }
    return 0;
  }

  private void send(int count) throws IOException, InterruptedException {
    for (int number = 0; number < count; number++) {
      line.send(id, number);
    }
  }

  /** As a process that is killed, and leaves a message half written. */
  private void die(int count) throws IOException, InterruptedException {
    send(count);
    line.sendHalf(id);
    Runtime.getRuntime().halt(0);
  }

  /** Sends everything back that comes, for as long as there is somebody to send it. */
  private void echo(MessageLine answered) throws IOException, InterruptedException {
    long[] last = {-1};
    while (parent.isAlive()) {
      int got =
          answered.receive(
              (sender, number, whole) -> last[0] = number, TimeUnit.MILLISECONDS.toNanos(200));
      if (got > 0) {
        line.send(id, last[0]);
      }
    }
  }
}
