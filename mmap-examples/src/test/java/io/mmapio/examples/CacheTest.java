// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers of the cache see whole entries, whatever happens to its writer. */
final class CacheTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void readersSeeWholeEntriesWhileAWriterWrites() throws Exception {
    Path file = directory.resolve("cache");
    try (ChildProgram child = ChildProgram.start(directory, "cache", file.toString(), "2", "2")) {
      child.readUntil(ChildProgram.END);
      assertEquals(0, child.exitCode(), child.text());
    }
  }

  @Test
  void anEntryThatIsWrittenAllTheTimeIsReadWhole() throws Exception {
    Path file = directory.resolve("cache");
    byte[][] values = {Cache.value(7, 1), Cache.value(7, 2)};
    try (CacheFile writer = CacheFile.write(file, 4);
        CacheFile reader = CacheFile.read(file)) {
      writer.put("key", values[0], 1_000_000);
      AtomicBoolean done = new AtomicBoolean();
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; !done.get(); i++) {
                  writer.put("key", values[i % 2], 1_000_000);
                }
              });
      thread.start();
      try {
        for (int i = 0; i < 2_000_000; i++) {
          byte[] found = reader.get("key");
          assertTrue(found == null || Cache.isWhole(7, found), "mixed in read " + i);
        }
      } finally {
        done.set(true);
        thread.join();
      }
    }
  }

  @Test
  void everyOtherEntryIsThereAfterTheWriterWasKilled() throws Exception {
    long seed = Long.getLong("mmapio.test.seed", System.nanoTime());
    System.out.println("-Dmmapio.test.seed=" + seed);
    Random random = new Random(seed);
    Path whole = directory.resolve("whole");
    try (CacheFile cache = CacheFile.write(whole, Cache.SLOTS)) {
      Cache.fill(cache);
    }
    int withoutRoom = missing(whole);
    Path file = directory.resolve("cache");
    for (int round = 0; round < Integer.getInteger("mmapio.test.kills", 5); round++) {
      try (ChildProgram child =
          ChildProgram.start(directory, "cache", "write", file.toString(), "60")) {
        assertTrue(child.readUntil("filled .*"), child.text());
        child.killAfter(random.nextInt(300));
        child.exitCode();
      }
      int lost = missing(file) - withoutRoom;
      assertTrue(
          lost <= 1, lost + " are missing: only the entry that was being written may be missing");
    }
  }

  private static int missing(Path file) throws Exception {
    int missing = 0;
    try (CacheFile cache = CacheFile.read(file)) {
      for (int key = 0; key < Cache.KEYS; key++) {
        byte[] found = cache.get("key " + key);
        missing += found == null ? 1 : 0;
        assertTrue(found == null || Cache.isWhole(key, found), "mixed: " + key);
      }
    }
    return missing;
  }

  @Test
  void anEntryExpires() throws Exception {
    try (CacheFile cache = CacheFile.write(directory.resolve("cache"), 64)) {
      cache.put("kept", new byte[] {1}, 1_000_000);
      cache.put("over", new byte[] {2}, -1);
      assertArrayEquals(new byte[] {1}, cache.get("kept"));
      assertNull(cache.get("over"));
    }
  }

  @Test
  void aDamagedEntryIsMissing() throws Exception {
    Path file = directory.resolve("cache");
    try (CacheFile cache = CacheFile.write(file, 4)) {
      cache.put("key", new byte[300], 1_000_000);
    }
    byte[] bytes = Files.readAllBytes(file);
    bytes[200] ^= 1;
    Files.write(file, bytes);
    try (CacheFile cache = CacheFile.read(file)) {
      assertNull(cache.get("key"));
    }
  }
}
