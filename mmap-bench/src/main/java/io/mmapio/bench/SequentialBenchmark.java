// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What does it cost to store words or records in a row in a file that is in memory? */
public class SequentialBenchmark extends TargetBenchmark {
  private static final int MIB = 1 << 20;

  private long at;
  private int prepared;

  /**
   * 8 bytes at a time.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  @OperationsPerInvocation(Target.WORDS)
  public void store8() throws IOException {
    target.storeSequentially(next(Target.BATCH));
  }

  /**
   * 64 bytes at a time.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  @OperationsPerInvocation(Target.BATCH / 64)
  public void store64() throws IOException {
    records(64, Target.BATCH / 64);
  }

  /**
   * 4 KiB at a time.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  @OperationsPerInvocation(Target.BATCH / 4096)
  public void store4K() throws IOException {
    records(4096, Target.BATCH / 4096);
  }

  /**
   * 1 MiB at a time, where the file has as much.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  public void store1M() throws IOException {
    records(MIB, 1);
  }

  private void records(int length, int count) throws IOException {
    if (prepared != length) {
      target.prepare(length);
      prepared = length;
    }
    target.storeRecords(next((long) length * count), length, count);
  }

  private long next(long bytes) {
    long from = at;
    at = from + 2 * bytes <= target.size ? from + bytes : 0;
    return from;
  }
}
