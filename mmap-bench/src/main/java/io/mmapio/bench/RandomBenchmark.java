// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What does it cost to store or load 8 bytes anywhere in a file that is in memory? */
public class RandomBenchmark extends TargetBenchmark {
  private long seed = 0x9E37_79B9_7F4A_7C15L;

  /**
   * Stores.
   *
   * @throws IOException if it cannot
   */
  @Benchmark
  @OperationsPerInvocation(Target.WORDS)
  public void store() throws IOException {
    target.storeRandomly(seed += 2);
  }

  /**
   * Loads.
   *
   * @return the sum
   * @throws IOException if it cannot
   */
  @Benchmark
  @OperationsPerInvocation(Target.WORDS)
  public long load() throws IOException {
    return target.loadRandomly(seed += 2);
  }
}
