// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Budget;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that writes records to a mapped file until it is killed, and says on its output how
 * many are durable: a number a line, said when sync has returned and not before.
 */
final class RecordWriter {
  /** Bytes of the file. */
  static final int SIZE = 16 << 20;

  private static final int MOST_AT_ONCE = 40;

  /** What a sync would take: without one it would be done before anybody looks. */
  private static final long PACE_NANOS = 1_000_000;

  private RecordWriter() {}

  /**
   * Arguments: the file, a seed, and how to sync; {@code none} lies, for tests that must notice.
   * Then, if there is to be one, the bytes of a budget, which has pages written and dropped.
   */
  public static void main(String[] args) throws IOException {
    long seed = Long.parseLong(args[1]);
    boolean honest = !args[2].equals("none");
    SyncMode mode = honest ? SyncMode.valueOf(args[2]) : SyncMode.ASYNC;
    Random random = new Random(seed);
    try (MappedRegion region =
        Mmap.file(Path.of(args[0])).access(Access.READ_WRITE).range(0, SIZE).extend().map()) {
      region.sync();
      if (args.length > 3) {
        Budget.of(Long.parseLong(args[3])).add(region); // until the end of this process
      }
      ByteBuffer view = region.buffer();
      long number = 0;
      while ((number + MOST_AT_ONCE) * Records.LENGTH <= SIZE) {
        long first = number;
        for (int some = 1 + random.nextInt(MOST_AT_ONCE); some > 0; some--) {
          view.put(Math.toIntExact(number * Records.LENGTH), Records.record(seed, number));
          number++;
        }
        if (honest) {
          region.sync(first * Records.LENGTH, (number - first) * Records.LENGTH, mode);
        } else {
          LockSupport.parkNanos(PACE_NANOS);
        }
        System.out.println(number);
      }
    }
    System.out.println("full");
  }
}
