// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.CallTotal;
import io.mmapio.DropBehind;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapStatistics;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/cookbook.md for what mappings cost. */
final class MemoryRecipesTest {
  private static final int SIZE = 20 << 20;

  @TempDir Path directory;

  // recipe: copy a large file without filling the cache
  static void copyQuietly(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from);
        FileChannel out =
            FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        MappedRegion source = Mmap.file(in).map();
        MappedRegion target =
            Mmap.file(out).access(Access.READ_WRITE).range(0, source.size()).extend().map()) {
      DropBehind read = source.dropBehind(0);
      DropBehind written = target.dropBehind(0);
      long at = 0;
      while (at < source.size()) {
        long some = Math.min(1 << 20, source.size() - at);
        at += target.transferFrom(in, at, some); // reads on where the channel stands
        read.passed(at);
        written.passed(at); // begins to write to the device, and drops what is written
      }
      read.finish();
      target.sync();
      written.finish();
    }
  }

  // end

  @Test
  void copyIsCompleteAndNeitherFileStaysInMemory() throws IOException {
    byte[] bytes = new byte[SIZE + 777];
    new Random(1).nextBytes(bytes);
    Path from = Files.write(directory.resolve("from"), bytes);
    Path to = directory.resolve("to");
    copyQuietly(from, to);
    if (Feature.CACHE_STATE.isSupported()) {
      assertEquals(0, Mmap.cacheState(from).orElseThrow().cached());
      assertEquals(0, Mmap.cacheState(to).orElseThrow().cached());
    }
    assertTrue(Arrays.equals(bytes, Files.readAllBytes(to)));
  }

  // recipe: see what your mappings cost
  static String costs() {
    MmapStatistics now = Mmap.statistics();
    CallTotal evictions = now.calls().getOrDefault("evict", new CallTotal(0, 0));
    return now.bytes()
        + " bytes mapped, "
        + now.pageTableBytes().orElse(0)
        + " bytes of page tables, "
        + now.lockedBytes().orElse(0)
        + " bytes locked, "
        + now.deletedFiles().size()
        + " deleted files still mapped, "
        + now.evictedBytes()
        + " of "
        + evictions.bytes()
        + " bytes evicted";
  }

  // end

  @Test
  void costsAreInTheText() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[SIZE]);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.pages().evict();
      String[] words = costs().split(" ");
      assertTrue(Long.parseLong(words[0]) >= SIZE, costs());
      assertTrue(Long.parseLong(words[words.length - 3]) >= SIZE, costs());
      assertArrayEquals(new String[] {"bytes", "evicted"}, tail(words));
    }
  }

  private static String[] tail(String[] words) {
    return Arrays.copyOfRange(words, words.length - 2, words.length);
  }
}
