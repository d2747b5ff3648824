// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.BufferClaim;
import io.aeron.logbuffer.FragmentHandler;
import java.nio.file.Path;
import org.agrona.CloseHelper;

/** Aeron's IPC with a driver in the caller's process. Both spin. */
final class AeronLine implements Line {
  private static final String CHANNEL = "aeron:ipc";
  private static final int LIMIT = 256;

  private final MediaDriver driver;
  private final Aeron aeron;
  private final ExclusivePublication out;
  private final Subscription in;
  private final BufferClaim claim = new BufferClaim();
  private final int length;
  private final long[] received = new long[LIMIT];
  private final FragmentHandler handler =
      (buffer, offset, size, header) -> received[this.last++] = buffer.getLong(offset);
  private int first;
  private int last;

  AeronLine(Path directory, End end, int length) {
    this.length = length;
    String name = directory.resolve("aeron").toString();
    driver = end == End.CALLER ? MediaDriver.launchEmbedded(driver(name)) : null;
    aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(name));
    int caller = end == End.CALLER ? 1 : 2;
    out = aeron.addExclusivePublication(CHANNEL, caller);
    in = aeron.addSubscription(CHANNEL, 3 - caller);
  }

  private static MediaDriver.Context driver(String name) {
    return new MediaDriver.Context()
        .aeronDirectoryName(name)
        .threadingMode(ThreadingMode.SHARED)
        .dirDeleteOnStart(true)
        .dirDeleteOnShutdown(true);
  }

  @Override
  public void send(long number) {
    while (out.tryClaim(length, claim) < 0) {
      Thread.onSpinWait();
    }
    claim.buffer().putLong(claim.offset(), number);
    claim.commit();
  }

  @Override
  public long receive() {
    while (first == last) {
      first = 0;
      last = 0;
      if (in.poll(handler, LIMIT) == 0) {
        Thread.onSpinWait();
      }
    }
    return received[first++];
  }

  @Override
  public void close() {
    CloseHelper.closeAll(in, out, aeron, driver);
  }
}
