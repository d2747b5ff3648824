// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Mmap;
import io.mmapio.SharedMemory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Messages between processes over shared memory. Several producers, each a process, send to one
 * consumer, which checks that every message arrives once, whole and in order. One producer dies in
 * the middle of a message: the consumer notices, skips the message, and receives all others. At the
 * end, numbers go to another process and back, to see how long that takes.
 *
 * <p>{@code messages [COUNT [spin]]}: messages of each producer; with {@code spin}, nobody sleeps
 * while waiting. {@link MessageLine} has the technique.
 */
final class Messages {
  private static final int PRODUCERS = 3;
  private static final int ROUND_TRIPS = 10_000;
  private static final long NAP = TimeUnit.MILLISECONDS.toNanos(200);

  /** More than a living producer takes to finish a message, also on a busy machine. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  private final Report report = new Report();
  private final String name = "mmap-messages-" + ProcessHandle.current().pid();
  private final int count;
  private final boolean spins;
  private final StopSignal stop;
  private final List<Process> started = new ArrayList<>();

  private Messages(int count, boolean spins, StopSignal stop) {
    this.count = count;
    this.spins = spins;
    this.stop = stop;
  }

  static int run(List<String> arguments) throws IOException, InterruptedException {
    if (!arguments.isEmpty() && arguments.get(0).equals("producer")) {
      return MessageProducer.run(arguments);
    }
    int count = arguments.isEmpty() ? 1_000_000 : Integer.parseInt(arguments.get(0));
    StopSignal stop = StopSignal.listen();
    try {
      return new Messages(count, arguments.contains("spin"), stop).talk();
    } finally {
      stop.finished();
    }
  }

  private int talk() throws IOException, InterruptedException {
    SharedMemory memory = Mmap.shared(name);
    SharedMemory back = Mmap.shared(name + "-back");
    try (MessageLine line = new MessageLine(memory.create(MessageLine.SIZE), spins);
        MessageLine answers = new MessageLine(back.create(MessageLine.SIZE), spins)) {
      receiveFromMany(line);
      if (!stop.requested()) {
        makeRoundTrips(line, answers);
      }
    } finally {
      for (Process process : started) {
        process.destroyForcibly().waitFor();
      }
      memory.unlink();
      back.unlink();
    }
    if (stop.requested()) {
      report.say("stopped   as asked");
    }
    return report.exitCode();
  }

  private void receiveFromMany(MessageLine line) throws IOException, InterruptedException {
    for (int id = 0; id < PRODUCERS; id++) {
      start(id, "send");
    }
    Process dying = start(PRODUCERS, "die");
    MessageChecks checks = new MessageChecks(PRODUCERS + 1);
    long total = (long) PRODUCERS * count;
    line.receive(checks::accept, TimeUnit.SECONDS.toNanos(60)); // until the first has started
    long begin = System.nanoTime();
    long latest = begin;
    int skipped = 0;
    while (checks.received(PRODUCERS) < total && !stop.requested()) {
      boolean some = line.receive(checks::accept, NAP) > 0;
      latest = some ? System.nanoTime() : latest;
      if (!some && !dying.isAlive() && line.skipUnfinished(PATIENCE)) {
        skipped++;
      } else if (System.nanoTime() - latest > 2 * PATIENCE
          && started.stream().noneMatch(Process::isAlive)) {
        break;
      }
      report.progress("receiving", checks.received(PRODUCERS), total);
    }
    long nanos = System.nanoTime() - begin;
    if (!stop.requested()) {
      skipped += skipAtTheEnd(line, checks, dying);
      judge(checks, nanos, skipped);
    }
  }

  /** The producer that dies may do so when all others have ended. */
  private static int skipAtTheEnd(MessageLine line, MessageChecks checks, Process dying)
      throws IOException, InterruptedException {
    int got;
    dying.waitFor();
    do {
      got = line.receive(checks::accept, 0);
    } while (got > 0);
    return line.skipUnfinished(0) ? 1 : 0;
  }

  private void judge(MessageChecks checks, long nanos, int skipped) {
    long received = checks.received(PRODUCERS);
    report.say(
        "received  %,d messages of %d bytes from %d processes, %,.0f in a second, %s",
        received,
        MessageLine.LENGTH,
        PRODUCERS,
        received * 1e9 / nanos,
        spins ? "spinning" : "sleeping");
    report.check(received == (long) PRODUCERS * count, "every message arrived once, in order");
    report.check(checks.damaged() == 0, "no message was half old, half new");
    report.check(skipped == 1, "the message of the producer that died was noticed and skipped");
  }

  private void makeRoundTrips(MessageLine line, MessageLine answers)
      throws IOException, InterruptedException {
    Process echo = start(0, "echo");
    long[] nanos = new long[ROUND_TRIPS];
    long[] answer = {-1};
    for (int i = 0; i < ROUND_TRIPS && echo.isAlive() && !stop.requested(); i++) {
      long begin = System.nanoTime();
      answers.send(0, i);
      while (answer[0] != i && echo.isAlive()) {
        line.receive((id, number, whole) -> answer[0] = number, TimeUnit.SECONDS.toNanos(1));
      }
      nanos[i] = System.nanoTime() - begin;
    }
    report.check(answer[0] == ROUND_TRIPS - 1 || stop.requested(), "every number came back");
    Arrays.sort(nanos);
    report.say(
        "answered  %,d numbers, each in %.1f µs (median), 99 %% in less than %.1f µs",
        ROUND_TRIPS, nanos[ROUND_TRIPS / 2] / 1e3, nanos[ROUND_TRIPS * 99 / 100] / 1e3);
  }

  private Process start(int id, String work) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+IgnoreUnrecognizedVMOptions",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            Demo.class.getName(),
            "messages",
            "producer",
            name,
            Integer.toString(id),
            Integer.toString(count),
            work,
            spins ? "spin" : "sleep");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(process);
    return process;
  }
}
