// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.tests.ChildJvm;
import io.mmapio.tests.Machine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about faults and crashes, run. */
final class CrashFaqTest {
  private static final int SIZE = 200_000;

  @TempDir Path directory;

  private static Path sevens(Path path) throws IOException {
    byte[] bytes = new byte[SIZE];
    Arrays.fill(bytes, (byte) 7);
    return Files.write(path, bytes);
  }

  private static void cut(Path path) throws IOException {
    try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
      other.truncate(10);
    }
  }

  private static void assumeFilesCanBeCut() {
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
  }

  // recipe: a full disk
  static MappedRegion reserve(Path path, long size) throws IOException {
    MappedRegion region =
        Mmap.file(path).access(Access.READ_WRITE).range(0, size).extend().map(); // or throws
    if (region.allocation() != Allocation.ALLOCATED) {
      System.getLogger("app").log(System.Logger.Level.WARNING, "a full disk can still fault");
    }
    return region;
  }

  // end

  /** Runs where the directory is a file system of 1 MiB. */
  static final class FullDisk {
    private FullDisk() {}

    public static void main(String[] args) throws IOException {
      Path path = Files.createFile(Path.of(args[0], "file"));
      MmapException e = assertThrows(MmapException.class, () -> reserve(path, 2 << 20));
      assertEquals(0, Files.size(path));
      try (MappedRegion region = reserve(path, 1 << 20)) {
        while (fill(Path.of(args[0], "filler"))) {
          // until the disk is full
        }
        ByteBuffer view = region.buffer();
        while (view.hasRemaining()) {
          view.put((byte) 1); // has its storage
        }
      }
      System.out.println(e.errorName() + ", and all stores went well");
    }

    private static boolean fill(Path filler) throws IOException {
      try (FileChannel channel =
          FileChannel.open(filler, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
        return channel.write(ByteBuffer.allocate(4096)) > 0;
      } catch (IOException e) {
        return false; // that was the point
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void fullDiskIsAnExceptionOfTheMapping() throws Exception {
    ChildJvm child = new ChildJvm().under(Machine.withTmpfs(directory, "size=1m"));
    ChildJvm.Outcome outcome = child.run(FullDisk.class, directory.toString());
    assertEquals("ENOSPC, and all stores went well", outcome.output().strip());
  }

  // recipe: survive SIGBUS
  static MappedRegion open(Path path) throws IOException {
    return Mmap.file(path).guarded().map();
  }

  static long checksum(MappedRegion region) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(region.buffer()); // without guarded(), a lost page would end the JVM here
    region.checked().probe(0, region.size()); // LostPageException, if a page was lost
    return crc.getValue();
  }

  // end

  /** Loses pages under native code of the JDK. */
  static final class Guarded {
    private Guarded() {}

    public static void main(String[] args) throws IOException {
      Path path = sevens(Path.of(args[0]));
      MappedRegion region = open(path);
      long whole = checksum(region);
      cut(path);
      assertThrows(LostPageException.class, () -> checksum(region));
      assertThrows(UncheckedIOException.class, region::close); // tells once more
      System.out.println("alive, after " + Long.toHexString(whole));
    }
  }

  @Test
  @Tag("child-jvm")
  void lostPageInNativeCodeIsAnException() throws Exception {
    assumeTrue(Feature.GUARD.isSupported(), "no guard here");
    assumeFilesCanBeCut();
    Path path = directory.resolve("file");
    ChildJvm.Outcome outcome = new ChildJvm().run(Guarded.class, path.toString());
    CRC32 crc = new CRC32();
    crc.update(Files.readAllBytes(sevens(path)));
    String expected = "alive, after " + Long.toHexString(crc.getValue());
    assertTrue(outcome.output().contains(expected), outcome.output());
    assertEquals(0, outcome.exitCode(), outcome.output());
  }

  // recipe: a file that is updated
  /** Returns nothing if the file has been cut; the caller maps the new file then. */
  static Optional<ByteBuffer> lookUp(MappedRegion region, long offset, int length)
      throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(length);
    try {
      region.checked().read(offset, copy);
      return Optional.of(copy.flip());
    } catch (LostPageException e) {
      return Optional.empty();
    }
  }

  // end

  @Test
  void cutFileIsNoticed() throws IOException {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "the kernel does not copy here");
    assumeFilesCanBeCut();
    Path path = sevens(directory.resolve("file"));
    try (MappedRegion region = Mmap.map(path)) {
      assertEquals(7, lookUp(region, SIZE - 4, 4).orElseThrow().get(3));
      Path newer = Files.write(directory.resolve("newer"), new byte[10]);
      Files.move(newer, path, StandardCopyOption.REPLACE_EXISTING);
      assertEquals(7, lookUp(region, SIZE - 4, 4).orElseThrow().get(3)); // still the old file
    }
    sevens(path);
    try (MappedRegion region = Mmap.map(path)) {
      cut(path);
      assertEquals(Optional.empty(), lookUp(region, SIZE - 4, 4));
    }
  }

  // recipe: files of another machine
  static byte[] block(MappedRegion region, long offset, int length) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(length);
    region.read(offset, block); // reads the file: what goes wrong is an IOException, not a fault
    return block.array();
  }

  // end

  @Test
  void failedReadIsAnException() throws IOException {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "the kernel does not copy here");
    Path path = sevens(directory.resolve("file"));
    try (MappedRegion region = Mmap.map(path)) {
      assertArrayEquals(new byte[] {7, 7}, block(region, SIZE - 2, 2));
      assumeFilesCanBeCut();
      cut(path);
      assertThrows(IOException.class, () -> block(region, SIZE - 2, 2));
    }
  }

  // recipe: a slice keeps the memory
  static ByteBuffer header(Path path) throws IOException {
    MappedRegion region = Mmap.map(path);
    return region.buffer().slice(0, 16); // the last reference to the mapping, and enough
  }

  // end

  /** Has only a slice, and lets the garbage collector take everything else. */
  static final class Sliced {
    private Sliced() {}

    public static void main(String[] args) throws IOException {
      ByteBuffer slice = header(sevens(Path.of(args[0])));
      WeakReference<Object> garbage = new WeakReference<>(new Object());
      for (int i = 0; i < 5 || garbage.get() != null; i++) {
        System.gc();
      }
      System.out.println("slice " + slice.get(15));
    }
  }

  @Test
  @Tag("child-jvm")
  void sliceReadsAfterItsRegionWasCollected() throws Exception {
    String path = directory.resolve("file").toString();
    ChildJvm.Outcome outcome = new ChildJvm().run(Sliced.class, path);
    assertTrue(outcome.output().strip().endsWith("slice 7"), outcome.output());
    assertEquals(0, outcome.exitCode(), outcome.output());
  }
}
