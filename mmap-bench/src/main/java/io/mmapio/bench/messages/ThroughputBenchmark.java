// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** How long does each of many messages take that go one way? */
public class ThroughputBenchmark extends LineBenchmark {
  private static final int TIMES = 100_000;

  /** The line. */
  @Param({Lines.OURS_RING, Lines.AERON, Lines.QUEUE, Lines.SOCKET})
  public String peer;

  /** Messages of 64 bytes; the last of a batch is answered. */
  public ThroughputBenchmark() {
    super(64, TIMES);
  }

  @Override
  String peer() {
    return peer;
  }

  /**
   * One way.
   *
   * @return the last number
   * @throws IOException if it fails
   */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public long oneWay() throws IOException {
    return batch();
  }
}
