// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import io.mmapio.bench.messages.Line.End;
import java.io.IOException;
import java.nio.file.Path;
import net.openhft.chronicle.threads.Pauser;

/** The lines by their names. */
final class Lines {
  static final String OURS = "ours";
  static final String OURS_RING = "ours, Agrona ring";
  static final String OURS_SLEEPING = "ours, await and wake";
  static final String JDK = "FileChannel.map";
  static final String AERON = "Aeron IPC";
  static final String QUEUE = "Chronicle Queue";
  static final String QUEUE_PAUSING = "Chronicle Queue, Pauser";
  static final String SOCKET = "Unix domain socket";
  static final String PIPE = "pipe";

  private Lines() {}

  static Line open(String name, Path directory, End end, int length) throws IOException {
    Path file = directory.resolve("memory");
    return switch (name) {
      case OURS -> new SlotLine(SharedMemory.ours(file, SlotLine.SIZE), end);
      case JDK -> new SlotLine(SharedMemory.jdk(file, SlotLine.SIZE), end);
      case OURS_RING -> new RingLine(SharedMemory.ours(file, RingLine.SIZE), end, length);
      case OURS_SLEEPING -> new SleepingLine(SharedMemory.ours(file, SleepingLine.SIZE), end);
      case AERON -> new AeronLine(directory, end, length);
      case QUEUE -> new QueueLine(directory, end, length, Pauser.busy());
      case QUEUE_PAUSING -> new QueueLine(directory, end, length, Pauser.balanced());
      case SOCKET -> ChannelLine.socket(directory, end, length);
      case PIPE -> ChannelLine.pipes(directory, end, length);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
