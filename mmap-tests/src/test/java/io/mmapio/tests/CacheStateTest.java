// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.CacheState;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts of the file cache, for a region and for a file that is not mapped. */
final class CacheStateTest {
  private static final int PAGES = 32;

  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());
  private final int size = PAGES * page;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), size);
  }

  @Test
  void dirtyPagesAreCountedUntilTheyAreWritten() throws IOException {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    Machine.assumeNotEmulated("an emulator evicts nothing");
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      region.sync();
      CacheState clean = region.pages().cacheState().orElseThrow();
      assertEquals(0, clean.dirty());
      assertEquals(PAGES, clean.cached());
      region.pages().evict();
      assertEquals(0, region.pages().cacheState().orElseThrow().cached());
      region.buffer().put(0, (byte) 1);
      CacheState dirty = region.pages(0, 1).cacheState().orElseThrow();
      assertEquals(1, dirty.dirty() + dirty.writeback());
      region.sync();
      CacheState after = region.pages().cacheState().orElseThrow();
      assertEquals(0, after.dirty() + after.writeback());
      assertTrue(after.cached() >= 1, after::toString);
    }
  }

  @Test
  void noAnswerIsAnEmptyOne() throws IOException {
    try (MappedRegion memory = Mmap.anonymous(size).map();
        MappedRegion file = Mmap.map(file())) {
      assertTrue(memory.pages().cacheState().isEmpty());
      assertEquals(Feature.CACHE_STATE.isSupported(), file.pages().cacheState().isPresent());
    }
  }

  @Test
  void countsAreThoseOfTheFileWithoutARegion() throws IOException {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    Machine.assumeNotEmulated("an emulator evicts nothing");
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      region.sync();
      assertEquals(PAGES, Mmap.cacheState(file).orElseThrow().cached());
      region.pages().evict();
      assertEquals(0, Mmap.cacheState(file).orElseThrow().cached());
      region.advise(io.mmapio.Advice.RANDOM);
      region.buffer().put(size - 1, (byte) 1);
      CacheState one = Mmap.cacheState(file).orElseThrow();
      assertEquals(region.pages().cacheState().orElseThrow(), one);
      assertEquals(1, one.cached());
    }
  }

  @Test
  void nothingStaysOpen() throws IOException {
    Machine.assumeLinux();
    Path file = file();
    for (int i = 0; i < 10; i++) {
      Mmap.cacheState(file);
    }
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertTrue(descriptors.noneMatch(descriptor -> isOf(file, descriptor)));
    }
  }

  private static boolean isOf(Path file, Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file.toRealPath());
    } catch (IOException e) {
      return false; // another thread closed it meanwhile
    }
  }

  @Test
  void fileThatIsNotThereIsNamed() {
    Path none = directory.resolve("none");
    NoSuchFileException e = assertThrows(NoSuchFileException.class, () -> Mmap.cacheState(none));
    assertEquals(none.toString(), e.getFile());
    assertThrows(NullPointerException.class, () -> Mmap.cacheState(null));
  }

  @Test
  void emptyFileHasNoPages() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty"));
    Optional<CacheState> state = Mmap.cacheState(empty);
    assertEquals(Feature.CACHE_STATE.isSupported(), state.isPresent());
    assertEquals(0, state.map(CacheState::cached).orElse(0L));
  }

  /** The kernel counts no page of such a file, whose pages are those of the file below it. */
  @Test
  @Tag("child-jvm")
  void overlayIsNotTakenForAbsent() throws Exception {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under(Machine.withOverlay(directory))
            .run(Overlaid.class, directory + "/top");
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("Optional.empty Optional.empty 3"), outcome.output());
  }

  /** Asks for counts of a file of three pages that it has read. */
  static final class Overlaid {
    private Overlaid() {}

    public static void main(String[] args) throws IOException {
      Path file = Files.write(Path.of(args[0], "file"), new byte[3 * (int) Mmap.pageSize()]);
      try (MappedRegion region = Mmap.map(file)) {
        System.out.print(region.pages().cacheState() + " " + Mmap.cacheState(file) + " ");
        System.out.println(region.incore().resident());
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void strangerIsNotTold() throws Exception {
    assumeTrue(Feature.CACHE_STATE.isSupported(), "the kernel does not count");
    String[] nobody = Machine.asNobody();
    String classPath = Machine.readableClassPath(directory);
    Path file = file();
    ChildJvm.Outcome outcome =
        new ChildJvm().under(nobody).classPath(classPath).run(Stranger.class, file.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("told: false"), outcome.output());
    assertTrue(outcome.output().contains("unmapped: false"), outcome.output());
  }

  /** Asks for counts of a file that it may only read. */
  static final class Stranger {
    private Stranger() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]))) {
        System.out.println("told: " + region.pages().cacheState().isPresent());
        System.out.println("unmapped: " + Mmap.cacheState(Path.of(args[0])).isPresent());
      }
    }
  }
}
