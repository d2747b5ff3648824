// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.Residency;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Files with known pages in memory. */
public final class Samples {
  static final long PAGE = Mmap.pageSize();

  private Samples() {}

  /** A file of so many pages, on the device. */
  static Path file(Path path, int pages) throws IOException {
    Files.createDirectories(path.toAbsolutePath().getParent());
    byte[] content = new byte[(int) (pages * PAGE)];
    for (int i = 0; i < content.length; i += 64) {
      content[i] = (byte) (1 + i % 100);
    }
    Files.write(path, content);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.getFD().sync();
    }
    return path;
  }

  static Path sparse(Path path, long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  static void evict(Path path) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      region.pages().evict();
    }
  }

  /** Brings in single pages and nothing around them. */
  static void touch(Path path, long... pages) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      region.advise(io.mmapio.Advice.RANDOM);
      for (long page : pages) {
        region.pages(page * PAGE, 1).populate(Prefault.READ);
      }
    }
  }

  static List<Residency.Run> runs(Path path) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      return region.incore().runs();
    }
  }

  static long resident(Path path) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      return region.incore().resident();
    }
  }

  /** Skips a test where pages cannot be dropped: another OS, or a file system in memory. */
  static void assumeEvicts(Path directory) throws IOException {
    assumeTrue(isLinux(), "only Linux tells of its file cache and drops from it");
    String type = Files.getFileStore(directory).type();
    assumeFalse(List.of("tmpfs", "ramfs", "overlay").contains(type), "nothing leaves " + type);
  }

  /** Skips a test that replaces what is open, which Windows refuses. */
  public static void assumeUnix() {
    assumeFalse(System.getProperty("os.name").startsWith("Windows"), "nothing vanishes on Windows");
  }

  static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }
}
