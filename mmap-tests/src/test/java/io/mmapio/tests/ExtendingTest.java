// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that end before the range does. */
final class ExtendingTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  private static MapOptions writable(Path file) {
    return Mmap.file(file).access(Access.READ_WRITE);
  }

  /** Storage of a file in bytes, as stat(1) of coreutils sees it. */
  private static long storage(Path file) throws IOException, InterruptedException {
    Machine.assumeLinux();
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    assertTrue(stat.waitFor(1, TimeUnit.MINUTES));
    return 512 * Long.parseLong(new String(stat.getInputStream().readAllBytes(), US_ASCII).strip());
  }

  @Test
  void extendingTakesStorageForTheWholeRangeHolesIncluded()
      throws IOException, InterruptedException {
    Path file = Bytes.sparse(directory.resolve("file"), 2 * MIB);
    Bytes.put(file, 0, (byte) 5);
    try (MappedRegion region = writable(file).range(0, 3 * MIB).extend().map()) {
      assumeAllocates(region);
      assertEquals(3 * MIB, Files.size(file));
      assertEquals(3 * MIB, region.size());
      assertTrue(storage(file) >= 3 * MIB, "storage: " + storage(file));
      assertEquals(5, region.buffer().get(0));
      assertEquals(0, region.buffer().get(3 * MIB - 1));
    }
    assertEquals(3 * MIB, Files.size(file));
  }

  private static void assumeAllocates(MappedRegion region) {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    boolean sized = region.allocation() == Allocation.SIZED;
    assumeTrue(!(windows && sized), "wine keeps files sparse, as the disk beneath does");
    assertEquals(Allocation.ALLOCATED, region.allocation());
  }

  @Test
  void sparseOnlySizes() throws IOException, InterruptedException {
    Path file = Files.createFile(directory.resolve("file"));
    for (MapOptions options :
        new MapOptions[] {
          writable(file).range(0, 3 * MIB).sparse(),
          writable(file).range(0, 4 * MIB).sparse().extend()
        }) {
      try (MappedRegion region = options.map()) {
        assertEquals(Allocation.SIZED, region.allocation());
        assertEquals(region.size(), Files.size(file));
      }
    }
    assertTrue(storage(file) < MIB, "storage: " + storage(file));
  }

  @Test
  void fileThatIsLongEnoughKeepsItsSize() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 3 * MIB);
    try (MappedRegion region = writable(file).range(MIB, MIB).extend().map()) {
      assertNotEquals(Allocation.NOT_REQUESTED, region.allocation());
      assertEquals(Bytes.patternAt(MIB), region.buffer().get(0));
    }
    try (MappedRegion region = writable(file).range(1, 1).sparse().map()) {
      assertEquals(Bytes.patternAt(1), region.buffer().get(0));
    }
    assertEquals(3 * MIB, Files.size(file));
  }

  @Test
  void mappingThatWasNotAskedToExtendSaysNothingOfStorage() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 100);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      assertEquals(Allocation.NOT_REQUESTED, region.allocation());
    }
  }

  @ParameterizedTest
  @EnumSource(value = Access.class, mode = EnumSource.Mode.EXCLUDE, names = "READ_WRITE")
  void onlyWritableMappingsExtend(Access access) throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 100);
    MapOptions options = Mmap.file(file).access(access).range(0, 200);
    assertThrows(IllegalArgumentException.class, () -> options.extend().map());
    assertThrows(IllegalArgumentException.class, () -> options.sparse().map());
    assertEquals(100, Files.size(file));
  }

  @Test
  void readOnlyChannelDoesNotExtend() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 100);
    try (FileChannel channel = FileChannel.open(file)) {
      MapOptions options = Mmap.file(channel).access(Access.READ_WRITE).range(0, 200).extend();
      assertEquals("extend", assertThrows(MmapException.class, options::map).call());
    }
    assertEquals(100, Files.size(file));
  }

  @Test
  void sizeNoFileSystemHasIsAnErrorThatChangesNothing() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), 100);
    MapOptions options = writable(file).range(0, Long.MAX_VALUE);
    assertThrows(MmapException.class, () -> options.extend().map());
    assertThrows(MmapException.class, () -> options.sparse().map());
    assertEquals(100, Files.size(file));
  }

  @Test
  void fullDiskIsAnExceptionWhenMappingAndLeavesTheFileAsItWas()
      throws IOException, InterruptedException {
    String[] mount = Machine.withTmpfs(directory, "size=4m");
    ChildJvm.Outcome outcome =
        new ChildJvm().under(mount).run(OnFullDisk.class, directory.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("all held"), outcome.output());
  }

  /** Runs where the directory is a file system of 4 MiB. */
  static final class OnFullDisk {
    private OnFullDisk() {}

    public static void main(String[] args) throws IOException {
      Path file = Bytes.patterned(Path.of(args[0], "file"), MIB);
      try {
        writable(file).range(0, 8 * MIB).extend().map().close();
        throw new AssertionError("8 MiB fitted into 4 MiB");
      } catch (MmapException e) {
        check(e.errorName().equals("ENOSPC") && e.call().equals("extend"), e.getMessage());
        check(e.getMessage().contains("disk is full"), e.getMessage());
      }
      check(Files.size(file) == MIB, "the file has its old size");
      // What was taken before the disk was full has been given back: 3 MiB fit.
      try (MappedRegion region = writable(file).range(0, 4L * MIB).extend().map()) {
        check(region.allocation() == Allocation.ALLOCATED, "allocated");
        region.buffer().put(4 * MIB - 1, (byte) 1);
      }
      System.out.println("all held");
    }

    private static void check(boolean condition, String what) {
      if (!condition) {
        throw new AssertionError(what);
      }
    }
  }
}
