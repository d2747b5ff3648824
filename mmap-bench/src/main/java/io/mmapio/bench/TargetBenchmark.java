// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.IOException;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file that is in memory already, and one way to its bytes. */
@State(Scope.Thread)
@Fork(2)
public abstract class TargetBenchmark extends NanosecondBenchmark {
  /** A name that {@link Targets} knows. */
  @Param({
    Targets.LIMIT,
    Targets.VAR_HANDLE,
    Targets.BUFFER,
    Targets.SEGMENT,
    Targets.JDK_BUFFER,
    Targets.JDK_SEGMENT,
    Targets.AGRONA,
    Targets.CHRONICLE,
    Targets.CHANNEL_DIRECT,
    Targets.CHANNEL_HEAP,
    Targets.RANDOM_ACCESS_FILE
  })
  public String peer;

  /** What is worked on, in KiB: within the L2 cache, beyond the caches, beyond an int. */
  @Param({"256", "262144", "2621440"})
  public long kib;

  /** The way to the bytes. */
  Target target;

  private BenchFile file;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(kib << 10);
    target = Targets.open(peer, file, kib << 10, false);
    if (!target.isSlow()) {
      for (long at = 0; at < target.size; at += Target.BATCH) {
        target.storeSequentially(at);
      }
    }
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    target.close();
    file.close();
  }
}
