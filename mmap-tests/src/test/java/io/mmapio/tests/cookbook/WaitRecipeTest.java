// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md for processes that wait for each other, run. */
final class WaitRecipeTest {
  @TempDir Path directory;

  // recipe: wait and wake
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  /** Sends: first the data, then the number that the other process waits at, then the wake. */
  static void send(MappedRegion region, ByteBuffer view, long data) throws IOException {
    view.putLong(64, data);
    INTS.getAndAdd(view, 0, 1);
    region.signals().wakeAll(0);
  }

  /** Sleeps while the number is the one that was handled last. */
  static long receive(MappedRegion region, ByteBuffer view, int handled)
      throws IOException, InterruptedException {
    while ((int) INTS.getVolatile(view, 0) == handled) {
      region.signals().await(0, handled, Duration.ofSeconds(1));
    }
    return view.getLong(64);
  }

  // end

  @Test
  void whatIsSentIsReceived() throws Exception {
    Path file = Files.write(directory.resolve("line"), new byte[4096]);
    try (MappedRegion one = Mmap.map(file, Access.READ_WRITE);
        MappedRegion other = Mmap.map(file, Access.READ_WRITE)) {
      for (int handled = 0; handled < 100; handled++) {
        int last = handled;
        FutureTask<Long> receiving = new FutureTask<>(() -> receive(other, other.buffer(), last));
        new Thread(receiving).start();
        send(one, one.buffer(), 7L * handled);
        assertEquals(7L * handled, receiving.get());
      }
    }
  }
}
