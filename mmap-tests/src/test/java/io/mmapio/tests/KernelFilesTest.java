// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files whose contents the kernel makes when they are read: they say that they are empty. */
final class KernelFilesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"/proc/self/status", "/proc/version", "/proc/sys/vm/max_map_count"})
  void fileWhoseSizeTheSystemDoesNotKnowIsRefused(Path file) throws IOException {
    Machine.assumeLinux();
    assertEquals(0, Files.size(file));
    assertReadInstead(assertThrows(MmapException.class, () -> Mmap.map(file)), file);
    assertReadInstead(
        assertThrows(MmapException.class, () -> Mmap.file(file).range(0, 10).map()), file);
    try (FileChannel channel = FileChannel.open(file)) {
      assertReadInstead(assertThrows(MmapException.class, () -> Mmap.file(channel).map()), file);
    }
    assertTrue(Files.readAllBytes(file).length > 0);
  }

  private static void assertReadInstead(MmapException e, Path file) {
    assertEquals(file.getFileName(), Path.of(e.getFile()).getFileName());
    assertEquals(0, e.errno());
    assertTrue(e.getMessage().contains("does not know the size"), e.getMessage());
    assertTrue(e.getMessage().contains("Files.readAllBytes"), e.getMessage());
  }

  @Tag("child-jvm")
  @ParameterizedTest
  @ValueSource(strings = {"binfmt_misc", "cgroup2", "debugfs", "securityfs", "tracefs"})
  void filesThatTheKernelMakesAreRefused(String fileSystem)
      throws IOException, InterruptedException {
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under(Machine.withKernelFiles(fileSystem, directory))
            .run(KernelFile.class, directory.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("does not know the size"), outcome.output());
  }

  /** Maps the first file of a directory that says that it is empty. */
  static final class KernelFile {
    private KernelFile() {}

    public static void main(String[] args) throws IOException {
      try (Stream<Path> files = Files.list(Path.of(args[0]))) {
        Path file =
            files
                .filter(Files::isRegularFile)
                .filter(Files::isReadable)
                .filter(each -> each.toFile().length() == 0)
                .findFirst()
                .orElseThrow();
        try (MappedRegion region = Mmap.map(file)) {
          System.out.println(file + " is a region of " + region.size());
        } catch (MmapException e) {
          System.out.println(e);
        }
      }
    }
  }

  /** They say that they have a page, and the kernel refuses to map it. */
  @Test
  void fileOfSysfsIsRefusedByTheKernelAndTheMessageSaysToReadIt() throws IOException {
    Machine.assumeLinux();
    Path file = Path.of("/sys/devices/system/cpu/online");
    assumeTrue(Files.exists(file), "there is no sysfs");
    MmapException e = assertThrows(MmapException.class, () -> Mmap.map(file));
    assertEquals("ENODEV", e.errorName());
    assertTrue(e.getMessage().contains("Files.readAllBytes"), e.getMessage());
  }
}
