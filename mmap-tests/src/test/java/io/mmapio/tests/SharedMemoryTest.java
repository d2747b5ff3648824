// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.SharedMemory;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory by name: what one makes another finds, whole or not at all. */
final class SharedMemoryTest {
  private static final Path SHM = Path.of("/dev/shm");
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  private final String name = "mmapio-test-" + UUID.randomUUID();
  private final SharedMemory memory = Mmap.shared(name);

  @AfterEach
  void unlink() throws IOException {
    memory.unlink();
  }

  @Test
  void whatOneCreatesAnotherOpens() throws IOException {
    assertFalse(memory.exists());
    assertThrows(NoSuchFileException.class, memory::open);
    try (MappedRegion created = memory.create(SIZE)) {
      assertTrue(memory.exists());
      assertEquals(SIZE, created.size());
      assertEquals(Access.READ_WRITE, created.access());
      assertTrue(created.toString().contains("shared memory " + name), created::toString);
      created.buffer().put(SIZE - 1, (byte) 5);
      try (MappedRegion opened = Mmap.shared(name).open();
          MappedRegion reader = memory.open(Access.READ_ONLY)) {
        assertEquals(5, opened.buffer().get(SIZE - 1));
        opened.buffer().put(0, (byte) 6);
        assertEquals(6, created.buffer().get(0));
        assertEquals(6, reader.buffer().get(0));
        assertTrue(reader.buffer().isReadOnly());
      }
      assertThrows(FileAlreadyExistsException.class, () -> memory.create(1));
    }
    try (MappedRegion again = memory.open()) {
      assertEquals(5, again.buffer().get(SIZE - 1)); // it lives until it is unlinked
    }
    assertTrue(memory.unlink());
    assertFalse(memory.unlink());
    assertFalse(memory.exists());
  }

  @Test
  void regionOutlivesTheName() throws IOException {
    try (MappedRegion region = memory.create(SIZE)) {
      assumeTrue(
          !System.getProperty("os.name").startsWith("Windows"), "the name stays while it is open");
      memory.unlink();
      region.buffer().put(7, (byte) 7);
      assertEquals(7, region.buffer().get(7));
      try (MappedRegion other = memory.create(10)) {
        assertEquals(0, other.buffer().get(7));
      }
    }
  }

  @Test
  void emptyMemoryIsAnEmptyRegion() throws IOException {
    memory.create(0).close();
    try (MappedRegion region = memory.open()) {
      assertEquals(0, region.size());
    }
  }

  @Test
  void openOrCreateDoesEither() throws IOException {
    memory.openOrCreate(SIZE).close();
    try (MappedRegion region = memory.openOrCreate(10)) {
      assertEquals(SIZE, region.size());
    }
    MmapException e = assertThrows(MmapException.class, () -> memory.openOrCreate(SIZE + 1));
    assertTrue(e.getMessage().contains("only " + SIZE + " bytes"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", ".hidden", "a/b", "a\\b", "a:b", "nul\0", "end."})
  void badNamesAreRefused(String bad) {
    assertThrows(IllegalArgumentException.class, () -> Mmap.shared(bad));
  }

  @Test
  void longNamesAreRefused() {
    Mmap.shared("n".repeat(200));
    assertThrows(IllegalArgumentException.class, () -> Mmap.shared("n".repeat(201)));
    assertThrows(IllegalArgumentException.class, () -> Mmap.shared("ß".repeat(101)));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.create(-1));
  }

  @Test
  void ownerOnlyUnlessSaid() throws IOException {
    Machine.assumeLinux();
    memory.create(10).close();
    assertEquals("rw-------", permissionsOf(SHM.resolve(name)));
    memory.unlink();
    memory.permissions(PosixFilePermissions.fromString("rw-rw-r--")).create(10).close();
    assertEquals("rw-rw-r--", permissionsOf(SHM.resolve(name)));
  }

  private static String permissionsOf(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void plantedLinkIsNeitherFollowedNorReplaced() throws IOException {
    Machine.assumeLinux();
    Path victim = Bytes.patterned(directory.resolve("victim"), 100);
    Files.createSymbolicLink(SHM.resolve(name), victim);
    assertThrows(FileAlreadyExistsException.class, () -> memory.create(10));
    assertThrows(AccessDeniedException.class, memory::open);
    assertThrows(AccessDeniedException.class, () -> memory.openOrCreate(10));
    assertEquals(100, Files.size(victim));
  }

  @Test
  void memoryOfAnotherUserIsRefused() throws IOException {
    Machine.assumeLinux();
    Path planted = Bytes.patterned(SHM.resolve(name), 100);
    assumeTrue(Machine.canGiveAway(planted), "only root gives files away");
    AccessDeniedException e = assertThrows(AccessDeniedException.class, memory::open);
    assertTrue(e.getMessage().contains("another user's"), e.getMessage());
    memory.permissions(PosixFilePermissions.fromString("rw-rw-rw-")).open().close();
  }

  /** Whoever opens finds nothing, or everything. */
  @Test
  void openerNeverSeesHalfOfIt() throws Exception {
    int races = Machine.isEmulated() ? 50 : 500;
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int i = 0; i < races; i++) {
        Future<Integer> opened = threads.submit(this::openWhenThere);
        Future<?> created =
            threads.submit(
                () -> {
                  memory.create(SIZE).close();
                  return null;
                });
        created.get();
        assertEquals(0, opened.get());
        memory.unlink();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private int openWhenThere() throws IOException {
    while (true) {
      try (MappedRegion region = memory.open()) {
        assertEquals(SIZE, region.size());
        return region.buffer().get(SIZE - 1);
      } catch (NoSuchFileException e) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void oneOfManyCreates() throws Exception {
    int racers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(racers);
    try {
      for (int i = 0; i < 20; i++) {
        List<Callable<Boolean>> all = new ArrayList<>();
        for (int j = 0; j < racers; j++) {
          all.add(this::creates);
        }
        int creators = 0;
        for (Future<Boolean> one : threads.invokeAll(all)) {
          creators += one.get() ? 1 : 0;
        }
        assertEquals(1, creators);
        try (MappedRegion region = memory.openOrCreate(SIZE)) {
          assertEquals(SIZE, region.size());
        }
        memory.unlink();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private boolean creates() throws IOException {
    try (MappedRegion region = memory.create(SIZE)) {
      return region.isOpen();
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  @Test
  @Tag("child-jvm")
  void tooSmallADirectoryIsAnExceptionAndNothingIsLeft() throws Exception {
    ChildJvm.Outcome outcome =
        new ChildJvm().under(Machine.withTmpfs(SHM, "size=1m")).run(SmallShm.class);
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("ENOSPC, then 0 files"), outcome.output());
  }

  /** Creates more than a container's /dev/shm holds. */
  static final class SmallShm {
    private SmallShm() {}

    public static void main(String[] args) throws IOException {
      String error = "none";
      try {
        Mmap.shared("large").create(2 << 20);
      } catch (MmapException e) {
        error = e.errorName();
      }
      try (Stream<Path> files = Files.list(SHM)) {
        System.out.println(error + ", then " + files.count() + " files");
      }
    }
  }
}
