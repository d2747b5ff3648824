// SPDX-License-Identifier: Apache-2.0
package io.mmapio.consumer;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example of the README, on a file that is gone afterwards, with a look at what each call did. */
public final class Main {
  private Main() {}

  /**
   * Runs.
   *
   * @param args none
   * @throws IOException if anything fails
   */
  public static void main(String[] args) throws IOException {
    Path file = Files.createTempFile("world", ".dat");
    try (MappedRegion region =
        Mmap.file(file)
            .access(Access.READ_WRITE)
            .range(0, 1 << 20)
            .extend()
            .advise(Advice.RANDOM)
            .map()) {
      ByteBuffer tile = region.buffer(5 << 10, 1 << 10);
      tile.putLong(0, 42);
      AdviceOutcome advice = region.advise(5 << 10, 1 << 10, Advice.WILLNEED);
      require(advice == AdviceOutcome.APPLIED, "advice was " + advice);
      region.sync(5 << 10, 1 << 10);
      long written = ByteBuffer.wrap(Files.readAllBytes(file)).getLong(5 << 10);
      require(written == 42, "the file has " + written);
      Residency inMemory = region.incore();
      require(inMemory.resident() > 0, "nothing is in memory: " + inMemory);
      String loaded = Mmap.class.getModule().isNamed() ? "module path" : "class path";
      System.out.println("consumer ok on the " + loaded + ": " + Mmap.backend() + " " + inMemory);
    } finally {
      Files.delete(file);
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new AssertionError(otherwise);
    }
  }
}
