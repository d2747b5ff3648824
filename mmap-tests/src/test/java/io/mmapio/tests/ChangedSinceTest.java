// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.ChangedPages.PAGE;
import static io.mmapio.tests.ChangedPages.store;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.ByteRange;
import io.mmapio.ChangeMark;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which pages are reported as changed since a mark, and which are not. */
final class ChangedSinceTest {
  private static final int PAGES = 100;
  private static final int SIZE = PAGES * PAGE;

  /** What a region may be made of. */
  enum Kind {
    FILE,
    GUARDED,
    GROWING,
    COPY_ON_WRITE,
    ANONYMOUS,
    SHARED_MEMORY,
    SEALED
  }

  @TempDir Path directory;

  @BeforeEach
  void tracked() {
    ChangedPages.assumeTracking();
  }

  private MapOptions file() throws IOException {
    Path file = directory.resolve("file");
    return Mmap.file(Bytes.sparse(file, SIZE)).access(Access.READ_WRITE);
  }

  private MappedRegion region(Kind kind) throws IOException {
    return switch (kind) {
      case FILE -> file().map();
      case GUARDED -> Machine.guardedIfPossible(file()).map();
      case GROWING -> file().capacity(2L * SIZE).map();
      case COPY_ON_WRITE -> file().access(Access.COPY_ON_WRITE).map();
      case ANONYMOUS -> Mmap.anonymous(SIZE).map();
      case SHARED_MEMORY -> sharedMemory();
      case SEALED -> Mmap.sealed(SIZE).map();
    };
  }

  private static MappedRegion sharedMemory() throws IOException {
    String name = "mmapio-test-" + UUID.randomUUID();
    MappedRegion region = Mmap.shared(name).create(SIZE);
    Mmap.shared(name).unlink();
    return region;
  }

  private static Set<Integer> changed(MappedRegion region, ChangeMark mark) throws IOException {
    return ChangedPages.of(region.changedSince(mark), region.size());
  }

  @ParameterizedTest
  @EnumSource
  void storesSinceEachMarkAreReported(Kind kind) throws IOException {
    try (MappedRegion region = region(kind)) {
      store(region, 1, 2);
      ChangeMark first = region.mark();
      assertEquals(Set.of(), changed(region, first));
      store(region, 3, 99);
      ChangeMark second = region.mark();
      store(region, 0, 3);
      assertEquals(Set.of(0, 3, 99), changed(region, first));
      assertEquals(Set.of(0, 3), changed(region, second));
      ChangeMark third = region.mark();
      assertEquals(Set.of(), changed(region, third));
      assertEquals(Set.of(0, 3), changed(region, second), "asking changes nothing");
      assertEquals(Set.of(0, 3, 99), changed(region, first));
    }
  }

  @ParameterizedTest
  @EnumSource
  void loadsAreNotReported(Kind kind) throws IOException {
    try (MappedRegion region = region(kind)) {
      ChangeMark mark = region.mark();
      ByteBuffer view = region.buffer();
      for (int at = 0; at < SIZE; at += PAGE) {
        assertEquals(0, view.get(at));
      }
      region.read(0, ByteBuffer.allocate(SIZE));
      region.pages().populate(Prefault.READ);
      region.incore();
      assertEquals(Set.of(), changed(region, mark));
      store(region, 50);
      assertEquals(Set.of(50), changed(region, mark));
    }
  }

  @Test
  void changesByCallsAreReported() throws IOException {
    try (MappedRegion region = region(Kind.FILE)) {
      ChangeMark mark = region.mark();
      region.write(2L * PAGE + 7, ByteBuffer.allocateDirect(PAGE));
      region.write(8L * PAGE, ByteBuffer.allocate(1));
      assertEquals(Set.of(2, 3, 8), changed(region, mark));
      mark = region.mark();
      assertEquals(Set.of(), changed(region, mark));
      try (FileChannel source = FileChannel.open(directory.resolve("file"))) {
        assertEquals(PAGE, region.transferFrom(source, 20L * PAGE, PAGE));
      }
      assertEquals(Set.of(20), changed(region, mark));
      if (Feature.CHECKED_ACCESS.isSupported()) {
        region.checked().write(30L * PAGE - 1, ByteBuffer.allocate(2));
        assertEquals(Set.of(20, 29, 30), changed(region, mark));
      }
      mark = region.mark();
      region.pages(40L * PAGE - 1, 3L * PAGE).punchHole();
      assertEquals(Set.of(40, 41), changed(region, mark));
      ChangeMark last = region.mark();
      assertEquals(Set.of(), changed(region, last));
      assertEquals(Set.of(40, 41), changed(region, mark));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "COPY_ON_WRITE"})
  void discardedPagesAreReported(Kind kind) throws IOException {
    try (MappedRegion region = region(kind)) {
      store(region, 5, 6, 7);
      ChangeMark mark = region.mark();
      assertEquals(2L * PAGE, region.pages(6L * PAGE, 2L * PAGE).discard());
      assertEquals(Set.of(6, 7), changed(region, mark));
      ChangeMark next = region.mark();
      assertEquals(0, region.buffer().get(6 * PAGE)); // it is protected again, so that is no change
      assertEquals(Set.of(), changed(region, next));
      store(region, 6);
      assertEquals(Set.of(6), changed(region, next));
      assertEquals(Set.of(6, 7), changed(region, mark));
    }
  }

  /** The kernel may clean a page and take it away; it was written all the same. */
  @Test
  void writebackAndEvictionLoseNothing() throws IOException {
    try (MappedRegion region = region(Kind.FILE)) {
      ChangeMark mark = region.mark();
      for (int round = 0; round < 3; round++) {
        store(region, 10, 11);
        region.sync();
        assertEquals(Set.of(10, 11), changed(region, mark));
        region.pages().evict();
        assertEquals(Set.of(10, 11), changed(region, mark));
        assertEquals(round + 1, region.buffer().get(10 * PAGE + 3));
        mark = region.mark();
        assertEquals(Set.of(), changed(region, mark));
        store(region, 11); // not dirty, and not protected by writeback alone
        region.sync();
        store(region, 11);
        assertEquals(Set.of(11), changed(region, mark));
        mark = region.mark();
        region.buffer().put(11 * PAGE + 3, (byte) (round + 1));
        mark = region.mark();
      }
    }
  }

  /** Evicting as many pages as a page table has entries makes the kernel drop the table. */
  @Test
  void droppedPageTablesLoseNothing() throws IOException {
    long table = Mmap.pageSize() / Long.BYTES * Mmap.pageSize();
    assumeTrue(table <= 1 << 26, "a page table is for too much memory here");
    Path file = Bytes.sparse(directory.resolve("large"), 3 * table);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ChangeMark mark = region.mark();
      ByteBuffer view = region.buffer();
      for (int at = 0; at < view.capacity(); at += PAGE) {
        view.put(at, (byte) 1);
      }
      region.pages().evict();
      List<ByteRange> everything = List.of(new ByteRange(0, region.size()));
      assertEquals(everything, region.changedSince(mark));
      ChangeMark next = region.mark();
      assertEquals(1, view.get(0));
      assertEquals(List.of(), region.changedSince(next));
      assertEquals(everything, region.changedSince(mark));
    }
  }

  @Test
  void growthIsReportedAndWhatWasCutOffIsNot() throws IOException {
    try (MappedRegion region = region(Kind.GROWING)) {
      ChangeMark mark = region.mark();
      region.grow(SIZE + PAGE + 1);
      assertEquals(Set.of(PAGES, PAGES + 1), changed(region, mark));
      ChangeMark grown = region.mark();
      assertEquals(Set.of(), changed(region, grown));
      store(region, PAGES);
      assertEquals(Set.of(PAGES), changed(region, grown));
      assertEquals(
          List.of(new ByteRange((long) PAGES * PAGE, PAGE + 1)), region.changedSince(mark));
      region.shrink(SIZE - PAGE - 1);
      assertEquals(Set.of(), changed(region, grown));
      region.grow(SIZE);
      assertEquals(Set.of(PAGES - 2, PAGES - 1), changed(region, grown));
      ChangeMark last = region.mark();
      store(region, PAGES - 1);
      assertEquals(Set.of(PAGES - 1), changed(region, last));
    }
  }

  @Test
  void emptyRegionIsTrackedWhenItGrows() throws IOException {
    Path file = Files.createFile(directory.resolve("empty"));
    MapOptions options = Mmap.file(file).access(Access.READ_WRITE);
    try (MappedRegion never = options.map();
        MappedRegion region = options.capacity(SIZE).map()) {
      assertEquals(List.of(), never.changedSince(never.mark()));
      ChangeMark mark = region.mark();
      assertEquals(List.of(), region.changedSince(mark));
      region.grow(3L * PAGE);
      ChangeMark grown = region.mark();
      store(region, 1);
      assertEquals(Set.of(0, 1, 2), changed(region, mark));
      assertEquals(Set.of(1), changed(region, grown));
    }
  }

  @Test
  void rangesEndWhereTheRegionDoes() throws IOException {
    long offset = Mmap.allocationGranularity() + 100;
    Path file = Bytes.sparse(directory.resolve("lead"), offset + 4L * PAGE);
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(offset, 2L * PAGE + 10).map()) {
      ChangeMark mark = region.mark();
      region.buffer().put(0, (byte) 1);
      region.buffer().put(2 * PAGE + 9, (byte) 1);
      region.write(PAGE, ByteBuffer.allocate(1));
      assertEquals(
          List.of(new ByteRange(0, 2L * PAGE + 10)), region.changedSince(mark)); // all 3 pages
      mark = region.mark();
      region.write(2L * PAGE + 9, ByteBuffer.allocate(1));
      assertEquals(
          List.of(new ByteRange(2L * PAGE - 100, 110)),
          region.changedSince(mark),
          "page of a file");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ANONYMOUS", "FILE"})
  void halvesOfAMirrorAreTheSamePages(Kind kind) throws IOException {
    int unit = Math.toIntExact(Mmap.allocationGranularity());
    Path file = Bytes.sparse(directory.resolve("ring"), 8L * unit);
    MapOptions options =
        kind == Kind.FILE ? Mmap.file(file).access(Access.READ_WRITE) : Mmap.anonymous(8L * unit);
    try (MappedRegion region = options.mirrored().map()) {
      ChangeMark mark = region.mark();
      region.buffer().put(unit, (byte) 1).put(10 * unit, (byte) 2).put(8 * unit, (byte) 3);
      assertEquals(
          Set.of(0, unit / PAGE, 2 * unit / PAGE),
          ChangedPages.of(region.changedSince(mark), region.size() / 2));
      ChangeMark next = region.mark();
      region.write(8L * unit - 1, ByteBuffer.allocate(2));
      assertEquals(
          List.of(new ByteRange(0, PAGE), new ByteRange(8L * unit - PAGE, PAGE)),
          region.changedSince(next));
    }
  }

  @Test
  void protectedRegionStaysTracked() throws IOException {
    try (MappedRegion region = region(Kind.FILE)) {
      ChangeMark mark = region.mark();
      store(region, 1);
      assertTrue(
          Footprint.collectUntil(
              () -> {
                try {
                  region.protect(Access.READ_ONLY);
                  return true;
                } catch (IllegalStateException e) {
                  return false;
                }
              }));
      assertEquals(Set.of(1), changed(region, mark));
      ChangeMark sealed = region.mark();
      region.protect(Access.READ_WRITE);
      store(region, 1, 2);
      assertEquals(Set.of(1, 2), changed(region, sealed));
    }
  }

  @Test
  void changesByOthersAreNotReported() throws IOException {
    try (MappedRegion region = region(Kind.FILE);
        MappedRegion other = Mmap.map(directory.resolve("file"), Access.READ_WRITE)) {
      ChangeMark mark = region.mark();
      store(other, 1);
      Bytes.put(directory.resolve("file"), 2L * PAGE, (byte) 1);
      assertEquals(1, region.buffer().get(PAGE + 3));
      assertEquals(1, region.buffer().get(2 * PAGE));
      assertEquals(Set.of(), changed(region, mark));
      assertEquals(Set.of(), changed(other, other.mark()));
    }
  }

  @Test
  void marksOfOthersAreRefused() throws IOException {
    ChangeMark closed;
    try (MappedRegion region = region(Kind.FILE)) {
      closed = region.mark();
    }
    try (MappedRegion region = region(Kind.FILE);
        MappedRegion other = region(Kind.ANONYMOUS)) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> region.changedSince(closed));
      assertTrue(e.getMessage().contains("another region"), e.getMessage());
      region.mark();
      assertThrows(IllegalArgumentException.class, () -> region.changedSince(closed));
      ChangeMark others = other.mark();
      assertThrows(IllegalArgumentException.class, () -> region.changedSince(others));
      assertThrows(NullPointerException.class, () -> region.changedSince(null));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_ONLY", "NONE"})
  void regionsThatCannotBeWrittenHaveNoMarks(Access access) throws IOException {
    try (MappedRegion region = file().access(access).map()) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, region::mark);
      assertTrue(e.getMessage().contains(access.name()), e.getMessage());
    }
  }

  @Test
  void anyNumberOfMarksIsExact() throws IOException {
    int count = 2_000;
    ChangeMark[] marks = new ChangeMark[count];
    try (MappedRegion region = region(Kind.ANONYMOUS)) {
      for (int i = 0; i < count; i++) {
        marks[i] = region.mark();
        store(region, i % PAGES);
      }
      for (int i = count - PAGES; i < count; i++) {
        assertEquals(count - i, changed(region, marks[i]).size());
      }
      assertEquals(PAGES, changed(region, marks[0]).size());
    }
  }

  @Test
  void nothingIsLeftOfTracking() throws IOException {
    Machine.assumeLinux();
    Path file = Bytes.sparse(directory.resolve("file"), SIZE).toRealPath();
    int rounds = 20;
    Footprint before = Footprint.of(file);
    for (int i = 0; i < rounds; i++) {
      MappedRegion region = Mmap.map(file, Access.READ_WRITE);
      ChangeMark mark = region.mark();
      ByteBuffer view = region.buffer();
      store(region, i);
      assertEquals(Set.of(i), changed(region, mark));
      region.close();
      view.put(7, (byte) 1); // a tombstone by now
      assertThrows(IllegalStateException.class, () -> region.changedSince(mark));
    }
    // Not none at all: other threads of this JVM open files too.
    long more = Footprint.of(file).descriptors() - before.descriptors();
    assertTrue(more < rounds, more + " more descriptors");
  }

  @Test
  void collectedRegionIsNotTrackedAnyMore() throws IOException {
    Machine.assumeLinux();
    Path file = Bytes.sparse(directory.resolve("file"), SIZE).toRealPath();
    long before = Footprint.settled(file).descriptors();
    ByteBuffer view = markedAndDropped(file);
    assertTrue(Footprint.collectUntil(() -> Footprint.of(file).descriptors() == before));
    view.put(5 * PAGE, (byte) 5); // still the file
    assertEquals(5, Bytes.at(file, 5L * PAGE));
  }

  private static ByteBuffer markedAndDropped(Path file) throws IOException {
    MappedRegion region = Mmap.map(file, Access.READ_WRITE);
    assertEquals(List.of(), region.changedSince(region.mark()));
    return region.buffer();
  }

  @Test
  void fileThatIsCutUnderATrackedRegion() throws IOException {
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
    Path file = directory.resolve("file");
    try (MappedRegion region = region(Kind.FILE)) {
      ChangeMark mark = region.mark();
      store(region, 2, 90);
      Bytes.truncate(file);
      assertTrue(changed(region, mark).containsAll(Set.of(2, 90)));
      ChangeMark next = region.mark();
      Bytes.sparse(file, SIZE);
      store(region, 90);
      assertTrue(changed(region, next).contains(90));
      assertTrue(changed(region, mark).containsAll(Set.of(2, 90)));
    }
  }

  @Test
  void marksAreSmallAndSayNothing() throws IOException {
    try (MappedRegion region = region(Kind.ANONYMOUS)) {
      ChangeMark mark = region.mark();
      assertFalse(mark.equals(region.mark()));
      assertTrue(mark.toString().startsWith("ChangeMark["), mark.toString());
    }
  }

  @Test
  void directReadsIntoAViewAreReported() throws IOException {
    Path source = Bytes.patterned(directory.resolve("source"), PAGE);
    try (MappedRegion region = region(Kind.ANONYMOUS);
        FileChannel channel = FileChannel.open(source, StandardOpenOption.READ)) {
      ChangeMark mark = region.mark();
      assertEquals(PAGE, channel.read(region.buffer(60L * PAGE, PAGE)));
      assertEquals(Set.of(60), changed(region, mark));
    }
  }
}
