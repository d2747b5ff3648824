// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.BackendInfo;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Maps a large file and shows which pages are in memory before and after reading it, and the effect
 * of an advice. Then changes a copy of the file through a mapping, syncs the copy, and reads it
 * back with ordinary file I/O. The exit code is 0 only if every check passed.
 *
 * <p>With the name of another program as the first argument, runs that program.
 */
public final class Demo {
  /** The size of the buffers through which a file of any size is read. */
  private static final long WINDOW = 1L << 30;

  private static final byte[] MARK = "changed through a mapping".getBytes(StandardCharsets.UTF_8);

  private final Path file;
  private boolean held = true;

  private Demo(Path file) {
    this.file = file;
  }

  /**
   * Runs the demonstration.
   *
   * @param args a file to map, by default the class library of the running JDK; or the name of a
   *     program and its arguments
   * @throws IOException if the file cannot be read or copied
   * @throws InterruptedException if the program was interrupted
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> rest = List.of(args).subList(Math.min(1, args.length), args.length);
    switch (args.length == 0 ? "" : args[0]) {
      case "world" -> System.exit(World.run(rest));
      case "cache" -> System.exit(Cache.run(rest));
      case "media" -> System.exit(Media.run(rest));
      case "messages" -> System.exit(Messages.run(rest));
      default -> demonstrate(args);
    }
  }

  private static void demonstrate(String[] args) throws IOException {
    Path file =
        args.length > 0
            ? Path.of(args[0])
            : Path.of(System.getProperty("java.home"), "lib/modules");
    Demo demo = new Demo(file);
    demo.read();
    demo.change();
    say("more      ./demo world: a game map of many GiB, edited by threads and safe from kill -9");
    say("          ./demo cache: a cache in a file, one process writes and others read");
    say("          ./demo media: a long recording is drawn, played from anywhere, and edited");
    say("          ./demo messages: processes that talk, and sleep while they wait");
    System.out.println(demo.held ? "All held." : "SOMETHING DID NOT HOLD, see above.");
    System.exit(demo.held ? 0 : 1);
  }

  private void read() throws IOException {
    BackendInfo backend = Mmap.backend();
    say("java      %s", Runtime.version());
    say("backend   %s, from %s", backend.name(), backend.origin());
    say("page      %,d bytes, granularity %,d", Mmap.pageSize(), Mmap.allocationGranularity());
    try (MappedRegion region = Mmap.map(file)) {
      say("file      %s, %,d bytes", file, region.size());
      check(region.size() == Files.size(file), "the region is as long as the file");
      say("before    %s", region.incore());
      say("advice    SEQUENTIAL %s", region.advise(Advice.SEQUENTIAL));
      long start = System.nanoTime();
      long checksum = checksum(region);
      double seconds = (System.nanoTime() - start) / 1e9;
      say(
          "read      crc32c %08x in %.3f s, %.0f MB/s",
          checksum, seconds, region.size() / seconds / 1e6);
      Residency after = region.incore();
      say("after     %s", after);
      check(after.resident() + after.unknown() > 0, "pages are in memory after they were read");
    }
  }

  private void change() throws IOException {
    Path copy = Files.createTempFile("mmap-demo", ".copy");
    try {
      boolean cold = ColdCopy.make(file, copy);
      long size = Files.size(copy);
      check(size == Files.size(file), "the copy is as long as the file");
      if (cold) {
        showAdvice(copy);
      } else {
        say("advice    not shown: this file system has no direct I/O, the copy is in memory");
      }
      long end = size + Mmap.pageSize() + MARK.length;
      try (MappedRegion region =
          Mmap.file(copy).access(Access.READ_WRITE).range(0, end).extend().map()) {
        say("copy      %s, extended to %,d bytes, %s", copy, end, region.allocation());
        region.buffer(0, MARK.length).put(MARK);
        region.buffer(end - MARK.length, MARK.length).put(MARK);
        region.sync(SyncMode.DURABLE);
      }
      try (RandomAccessFile ordinary = new RandomAccessFile(copy.toFile(), "r")) {
        check(ordinary.length() == end, "the copy has its new size");
        check(hasMarkAt(ordinary, 0), "file I/O reads the change at the start");
        check(hasMarkAt(ordinary, end - MARK.length), "file I/O reads the change at the end");
      }
    } finally {
      Files.delete(copy);
    }
  }

  /**
   * Shows that reading one byte of a cold file brings in all pages that the kernel reads ahead, and
   * after RANDOM only one page.
   */
  private void showAdvice(Path copy) throws IOException {
    try (MappedRegion region = Mmap.map(copy)) {
      long random = broughtInByReading(region, region.size() / 4, Advice.RANDOM);
      long normal = broughtInByReading(region, region.size() / 4 * 3, Advice.NORMAL);
      say(
          "effect    reading one byte brought in %,d pages after RANDOM, %,d after NORMAL",
          random, normal);
      check(random <= normal, "RANDOM reads no more ahead than NORMAL");
    }
  }

  private static long broughtInByReading(MappedRegion region, long offset, Advice advice)
      throws IOException {
    region.advise(advice);
    long before = region.incore().resident();
    byte[] one = new byte[1];
    region.buffer(offset, 1).get(one);
    return region.incore().resident() - before;
  }

  private static long checksum(MappedRegion region) {
    CRC32C checksum = new CRC32C();
    for (long at = 0; at < region.size(); at += WINDOW) {
      checksum.update(region.buffer(at, Math.min(WINDOW, region.size() - at)));
    }
    return checksum.getValue();
  }

  private static boolean hasMarkAt(RandomAccessFile file, long offset) throws IOException {
    byte[] found = new byte[MARK.length];
    file.seek(offset);
    file.readFully(found);
    return Arrays.equals(found, MARK);
  }

  private void check(boolean condition, String what) {
    held &= condition;
    say("%-9s %s", condition ? "held" : "FAILED", what);
  }

  private static void say(String format, Object... arguments) {
    System.out.println(String.format(Locale.ROOT, format, arguments));
  }
}
