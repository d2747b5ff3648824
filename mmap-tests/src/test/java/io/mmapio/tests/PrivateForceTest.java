// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.SharedMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code force} and its like say of views of memory that no file has: the truth, or nothing.
 */
final class PrivateForceTest {
  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());
  private final int size = 64 * page;

  /** Answers, or throws because there is no answer. */
  private static void assertTruth(boolean truth, BooleanSupplier answer, String of) {
    try {
      assertEquals(truth, answer.getAsBoolean(), of);
    } catch (UnsupportedOperationException e) {
      // That is no lie.
    }
  }

  private static void assumeLoadingIsSeen() {
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    assumeFalse(windows, "the JDK's isLoaded says always false on Windows");
    Machine.assumeNotEmulated("an emulator evicts nothing");
  }

  private List<MapOptions> privates() throws IOException {
    Path file = Bytes.patterned(directory.resolve("file"), size);
    List<MapOptions> all = new ArrayList<>();
    all.add(Mmap.anonymous(size));
    all.add(Mmap.anonymous(size).capacity(2L * size));
    all.add(Mmap.file(file).access(Access.COPY_ON_WRITE));
    all.add(Mmap.file(file).access(Access.COPY_ON_WRITE).range(page + 3, size - 2L * page));
    if (Feature.GUARD.isSupported()) {
      all.add(Mmap.file(file).access(Access.COPY_ON_WRITE).guarded());
      all.add(Mmap.anonymous(size).guarded());
    }
    return all;
  }

  @Test
  void nothingTakesWhatWasWrittenToPrivateMemory() throws IOException {
    for (MapOptions options : privates()) {
      try (MappedRegion region = options.map()) {
        ByteBuffer view = region.buffer();
        view.put(page, (byte) 99);
        if (view instanceof MappedByteBuffer mapped) {
          mapped.force();
          mapped.force(page, 1);
          mapped.load();
        }
        assertEquals(99, region.buffer().get(page), region::toString);
      }
    }
    byte[] file = Files.readAllBytes(directory.resolve("file"));
    assertArrayEquals(Files.readAllBytes(Bytes.patterned(directory.resolve("other"), size)), file);
  }

  @Test
  void segmentsOfPrivateMemoryAreNotMapped() throws IOException {
    assumeTrue(Touch.segmentsExist(), "MemorySegment needs JDK 22");
    for (MapOptions options : privates()) {
      try (MappedRegion region = options.map()) {
        Object segment = region.as(SegmentTouches.segmentType());
        SegmentCalls.set(segment, page, (byte) 99);
        assertFalse(SegmentCalls.isMapped(segment), region::toString);
        assertThrows(UnsupportedOperationException.class, () -> SegmentCalls.force(segment));
        assertThrows(UnsupportedOperationException.class, () -> SegmentCalls.load(segment));
        assertThrows(UnsupportedOperationException.class, () -> SegmentCalls.unload(segment));
        assertThrows(UnsupportedOperationException.class, () -> SegmentCalls.isLoaded(segment));
        assertEquals(99, SegmentCalls.get(segment, page));
      }
    }
  }

  @Test
  void anonymousMemoryIsLoadedOnceItWasTouched() throws IOException {
    assumeLoadingIsSeen();
    try (MappedRegion region = Mmap.anonymous(size).map()) {
      if (region.buffer() instanceof MappedByteBuffer view) {
        assertTruth(false, view::isLoaded, "memory that is new");
        region.pages().populate(Prefault.WRITE);
        assertTruth(true, view::isLoaded, "memory that is populated");
      }
    }
  }

  @Test
  void copyOfAFileIsLoadedWhenTheFileIs() throws IOException {
    assumeLoadingIsSeen();
    Path file = Bytes.patterned(directory.resolve("file"), size);
    try (MappedRegion whole = Mmap.map(file, Access.READ_WRITE);
        MappedRegion region = Mmap.map(file, Access.COPY_ON_WRITE)) {
      if (region.buffer() instanceof MappedByteBuffer view) {
        whole.pages().evict();
        assertTruth(false, view::isLoaded, "an evicted file");
        whole.pages().populate(Prefault.READ);
        assertTruth(true, view::isLoaded, "a populated file");
      }
    }
  }

  /** Other processes see it, and no device does. */
  @Test
  void sharedMemoryIsForcedInVain() throws IOException {
    assumeLoadingIsSeen();
    SharedMemory memory = Mmap.shared("mmapio-force-" + ProcessHandle.current().pid());
    try (MappedRegion region = memory.create(size)) {
      assertVolatile(region);
    } finally {
      memory.unlink();
    }
    assumeTrue(Feature.SEALED_MEMORY.isSupported(), "no sealed memory here");
    try (MappedRegion region = Mmap.sealed(size).map()) {
      assertVolatile(region);
    }
  }

  private void assertVolatile(MappedRegion region) {
    ByteBuffer view = region.buffer();
    Bytes.pattern(view);
    if (view instanceof MappedByteBuffer mapped) {
      mapped.force();
      mapped.load();
      assertTruth(true, mapped::isLoaded, "memory that was written");
    }
    if (Touch.segmentsExist()) {
      Object segment = region.as(SegmentTouches.segmentType());
      if (SegmentCalls.isMapped(segment)) {
        SegmentCalls.force(segment);
        SegmentCalls.unload(segment);
        assertTrue(SegmentCalls.isMapped(SegmentCalls.slice(segment, page, page)));
      }
    }
    Bytes.requirePattern(view);
  }
}
