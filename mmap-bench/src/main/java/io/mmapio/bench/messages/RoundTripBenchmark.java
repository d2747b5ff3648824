// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** How long does a number take to another process and back? */
public class RoundTripBenchmark extends LineBenchmark {
  private static final int TIMES = 1000;

  /** The line. */
  @Param({
    Lines.OURS,
    Lines.OURS_RING,
    Lines.JDK,
    Lines.AERON,
    Lines.QUEUE,
    Lines.OURS_SLEEPING,
    Lines.SOCKET,
    Lines.PIPE,
    Lines.QUEUE_PAUSING
  })
  public String peer;

  /** Messages are numbers, each of which is answered. */
  public RoundTripBenchmark() {
    super(Long.BYTES, 1);
  }

  @Override
  String peer() {
    return peer;
  }

  /**
   * There and back.
   *
   * @return the last number
   * @throws IOException if it fails
   */
  @Benchmark
  @OperationsPerInvocation(TIMES)
  public long roundTrip() throws IOException {
    long last = 0;
    for (int i = 0; i < TIMES; i++) {
      last = batch();
    }
    return last;
  }
}
