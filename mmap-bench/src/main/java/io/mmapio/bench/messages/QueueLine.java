// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.nio.file.Path;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.threads.Pauser;
import net.openhft.chronicle.wire.DocumentContext;

/** Chronicle Queue, one queue each way. */
final class QueueLine implements Line {
  private final ChronicleQueue there;
  private final ChronicleQueue back;
  private final ExcerptAppender appender;
  private final ExcerptTailer tailer;
  private final Pauser pauser;
  private final int rest;

  QueueLine(Path directory, End end, int length, Pauser pauser) {
    there = ChronicleQueue.singleBuilder(directory.resolve("there").toString()).build();
    back = ChronicleQueue.singleBuilder(directory.resolve("back").toString()).build();
    appender = (end == End.CALLER ? there : back).createAppender();
    tailer = (end == End.CALLER ? back : there).createTailer();
    this.pauser = pauser;
    this.rest = length - Long.BYTES;
  }

  @Override
  public void send(long number) {
    try (DocumentContext context = appender.writingDocument()) {
      context.wire().bytes().writeLong(number).writeSkip(rest);
    }
  }

  @Override
  public long receive() {
    while (true) {
      try (DocumentContext context = tailer.readingDocument()) {
        if (context.isPresent()) {
          pauser.reset();
          return context.wire().bytes().readLong();
        }
      }
      pauser.pause();
    }
  }

  @Override
  public void close() {
    tailer.close();
    appender.close();
    there.close();
    back.close();
  }
}
