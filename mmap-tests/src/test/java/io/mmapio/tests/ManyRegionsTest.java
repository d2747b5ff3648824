// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program that maps, looks and closes without end, and leaves collecting to the collector. */
@Tag("child-jvm")
final class ManyRegionsTest {
  private static final int ROUNDS = Machine.isEmulated() ? 20_000 : 1_000_000;

  @TempDir Path directory;

  /** The heap is as large as the JVM makes it: then there are few collections. */
  @ParameterizedTest
  @ValueSource(ints = {1, 70})
  void tombstonesAreGivenBackInTime(int pages) throws Exception {
    int size = Math.toIntExact(pages * Mmap.pageSize());
    Path file = Bytes.sparse(directory.resolve("file"), size);
    ChildJvm.Outcome outcome =
        new ChildJvm().defaultHeap().run(Endless.class, file.toString(), String.valueOf(ROUNDS));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("rounds " + ROUNDS), outcome.output());
  }

  /** Does it so many times. */
  static final class Endless {
    private Endless() {}

    public static void main(String[] args) throws IOException {
      int rounds = Integer.parseInt(args[1]);
      long sum = 0;
      try (FileChannel channel =
          FileChannel.open(Path.of(args[0]), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        MapOptions options = Mmap.file(channel).access(Access.READ_WRITE);
        for (int i = 0; i < rounds; i++) {
          try (MappedRegion region = options.map()) {
            ByteBuffer view = region.buffer();
            sum += view.limit() > 0 ? 1 : 0;
          }
        }
      }
      System.out.println("rounds " + sum);
    }
  }
}
