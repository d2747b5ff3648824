// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A file cache that one process writes and others read without a lock. {@link CacheFile} has the
 * technique.
 *
 * <p>{@code cache [FILE [SECONDS [READERS]]]} runs a writer and, as processes of their own, the
 * readers. {@code cache read FILE SECONDS} and {@code cache write FILE SECONDS} are one of them.
 */
final class Cache {
  static final int SLOTS = 1 << 17;
  static final int KEYS = 50_000;
  private static final int VALUE = 200;
  private static final long KEPT = 600_000;

  private final Report report = new Report();
  private final StopSignal stop;
  private final Path path;
  private final long start = System.nanoTime();
  private final long end;

  private Cache(Path path, double seconds, StopSignal stop) {
    this.path = path;
    this.stop = stop;
    this.end = start + (long) (seconds * 1e9);
  }

  static int run(List<String> arguments) throws IOException, InterruptedException {
    StopSignal stop = StopSignal.listen();
    String part = arguments.isEmpty() ? "" : arguments.get(0);
    try {
      if (part.equals("read") || part.equals("write")) {
        Path file = Path.of(arguments.get(1));
        Cache cache = new Cache(file, Double.parseDouble(arguments.get(2)), stop);
        return part.equals("read") ? cache.read() : cache.writeOnly();
      }
      return all(arguments, stop);
    } finally {
      stop.finished();
    }
  }

  private static int all(List<String> arguments, StopSignal stop)
      throws IOException, InterruptedException {
    double seconds = arguments.size() > 1 ? Double.parseDouble(arguments.get(1)) : 5;
    int readers = arguments.size() > 2 ? Integer.parseInt(arguments.get(2)) : 3;
    boolean temporary = arguments.isEmpty();
    Path path = temporary ? Files.createTempFile("mmap-cache", ".dat") : Path.of(arguments.get(0));
    try {
      return new Cache(path, seconds, stop).writeWith(readers, seconds);
    } finally {
      if (temporary) {
        Files.deleteIfExists(path);
        Files.deleteIfExists(path.resolveSibling(path.getFileName() + ".lock"));
      }
    }
  }

  private boolean goesOn() {
    return !stop.requested() && System.nanoTime() < end;
  }

  private int writeWith(int readers, double seconds) throws IOException, InterruptedException {
    try (CacheFile cache = CacheFile.write(path, SLOTS)) {
      fill(cache);
      List<Process> processes = new ArrayList<>();
      try {
        for (int i = 0; i < readers; i++) {
          processes.add(OtherJvm.start("cache", "read", path.toString(), "" + seconds));
        }
        report.say("written   %,d entries beside %d readers", write(cache), readers);
        for (Process process : processes) {
          report.check(process.waitFor() == 0 || stop.requested(), "a reader saw whole entries");
        }
      } finally {
        processes.forEach(Process::destroyForcibly);
      }
      compare(cache);
      draw(cache);
    }
    return report.exitCode();
  }

  private int writeOnly() throws IOException {
    try (CacheFile cache = CacheFile.write(path, SLOTS)) {
      fill(cache);
      report.say("filled    %,d entries", KEYS);
      report.say("written   %,d entries", write(cache));
    }
    return report.exitCode();
  }

  static void fill(CacheFile cache) {
    for (int key = 0; key < KEYS; key++) {
      cache.put("key " + key, value(key, 0), KEPT);
    }
  }

  private long write(CacheFile cache) {
    SplittableRandom random = new SplittableRandom(1);
    long written = 0;
    for (; goesOn(); written++) {
      int key = random.nextInt(KEYS);
      cache.put("key " + key, value(key, random.nextLong()), KEPT);
      report.progress("writing", System.nanoTime() - start, end - start);
    }
    return written;
  }

  private int read() throws IOException {
    try (CacheFile cache = CacheFile.read(path)) {
      SplittableRandom random = new SplittableRandom();
      long hits = 0;
      long reads = 0;
      boolean whole = true;
      for (; goesOn(); reads++) {
        int key = random.nextInt(KEYS);
        byte[] found = cache.get("key " + key);
        hits += found == null ? 0 : 1;
        whole &= found == null || isWhole(key, found);
      }
      report.say("read      %,d times, %,d hits", reads, hits);
      report.check(whole && hits > 0, "every hit was a whole entry of its key");
    }
    return report.exitCode();
  }

  /** A value that tells whether it is mixed from two: all its bytes follow from the first eight. */
  static byte[] value(int key, long seed) {
    byte[] value = new byte[VALUE];
    new Random(seed ^ key).nextBytes(value);
    ByteBuffer.wrap(value).putLong(0, seed);
    return value;
  }

  static boolean isWhole(int key, byte[] found) {
    return Arrays.equals(found, value(key, ByteBuffer.wrap(found).getLong(0)));
  }

  /** One way to get a value. */
  private interface Getter {
    byte @Nullable [] get(String key) throws IOException;
  }

  /** Compares with a map on the heap, and with reading the same slots as a file. */
  private void compare(CacheFile cache) throws IOException {
    long before = heap();
    time("this cache", cache::get);
    report.say("heap      %,d KiB more after reading everything", (heap() - before) >> 10);
    Map<String, byte[]> map = new HashMap<>();
    for (int key = 0; key < KEYS; key++) {
      map.put("key " + key, value(key, 0));
    }
    time("HashMap", map::get);
    report.say("heap      %,d KiB more with the HashMap", (heap() - before) >> 10);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      time("RandomAccessFile, without looking at the slot", key -> slotOf(file, key));
    }
  }

  private static byte[] slotOf(RandomAccessFile file, String key) throws IOException {
    byte[] slot = new byte[CacheFile.SLOT];
    file.seek((long) Math.floorMod(key.hashCode(), SLOTS) * CacheFile.SLOT);
    file.readFully(slot);
    return slot;
  }

  private void time(String name, Getter getter) throws IOException {
    SplittableRandom random = new SplittableRandom(2);
    int gets = 200_000;
    long hits = 0;
    long nanos = 0;
    for (int round = 0; round < 3; round++) { // the last one counts
      long start = System.nanoTime();
      for (int i = 0; i < gets; i++) {
        hits += getter.get("key " + random.nextInt(KEYS)) == null ? 0 : 1;
      }
      nanos = System.nanoTime() - start;
    }
    report.say("time      %,d ns a get: %s, %d %% hits", nanos / gets, name, hits * 100 / gets / 3);
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Draws one pixel per slot: black is empty, red is expired, green is in use. */
  private void draw(CacheFile cache) throws IOException {
    int width = 512;
    int[] colours = {0x101010, 0xc62828, 0x4caf50};
    Picture picture = new Picture(width, Math.toIntExact(cache.slots() / width));
    for (long slot = 0; slot < picture.height() * (long) width; slot++) {
      picture.set((int) (slot % width), (int) (slot / width), colours[cache.stateOf(slot)]);
    }
    report.say("picture   %s", picture.save("cache.png"));
  }
}
