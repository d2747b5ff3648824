// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A program that calls regions nobody holds but the call itself, while another thread has garbage
 * collected without pause. A call must not find its region closed by the collector.
 */
final class UsedWhileCollected {
  private UsedWhileCollected() {}

  /** Arguments: the file, and how many rounds. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    int rounds = Integer.parseInt(arguments[1]);
    AtomicBoolean done = new AtomicBoolean();
    Thread collecting = new Thread(() -> collectUntil(done));
    collecting.start();
    long pages = 0;
    try {
      for (int round = 0; round < rounds; round++) {
        pages += call(file);
      }
    } finally {
      done.set(true);
      collecting.join();
    }
    System.out.println("rounds " + rounds + ", pages " + pages);
  }

  private static void collectUntil(AtomicBoolean done) {
    while (!done.get()) {
      System.gc();
    }
  }

  // Each region is garbage, as far as compiled code is concerned, once the call has begun.
  private static long call(Path file) throws IOException {
    Mmap.map(file, Access.READ_WRITE).sync(SyncMode.ASYNC);
    Mmap.map(file, Access.READ_WRITE).buffer(0, 1).put(0, (byte) 1);
    return Mmap.map(file).incore().pages();
  }
}
