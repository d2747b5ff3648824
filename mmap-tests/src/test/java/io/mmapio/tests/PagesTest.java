// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Pages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What throws contents away, what drops pages and keeps contents, and what counts them. */
final class PagesTest {
  private static final int PAGES = 32;

  @TempDir Path directory;

  private final int page = Math.toIntExact(Mmap.pageSize());
  private final int size = PAGES * page;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), size);
  }

  private static void fill(ByteBuffer view) {
    for (int i = 0; i < view.capacity(); i++) {
      view.put(i, (byte) 1);
    }
  }

  /** Pages 3 and 4 lie in the range as a whole, of 2 and 5 a byte each. */
  @Test
  void discardedMemoryIsZeroAndNothingElseIs() throws IOException {
    try (MappedRegion region = Mmap.anonymous(size).map()) {
      ByteBuffer view = region.buffer();
      fill(view);
      assertEquals(2L * page, region.pages(3 * page - 1, 2 * page + 2).discard());
      for (int i = 0; i < size; i++) {
        assertEquals(i / page == 3 || i / page == 4 ? 0 : 1, view.get(i));
      }
      assertEquals(0, region.pages(1, page).discard());
      assertEquals(0, region.pages(page, 0).discard());
      view.put(3 * page, (byte) 5);
      assertEquals(5, view.get(3 * page));
    }
  }

  @Test
  void lastPageOfARegionIsWhole() throws IOException {
    try (MappedRegion region = Mmap.anonymous(page + 10).map()) {
      region.buffer().put(page + 9, (byte) 1);
      assertEquals(page, region.pages(page, 10).discard());
      assertEquals(0, region.buffer().get(page + 9));
    }
  }

  @Test
  void discardedCopyIsTheFileAgain() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.COPY_ON_WRITE)) {
      ByteBuffer view = region.buffer();
      view.put(page + 5, (byte) 77).put(5, (byte) 78);
      Pages second = region.pages(page, page);
      if (!System.getProperty("os.name").startsWith("Windows")) {
        Bytes.put(file, page + 6, (byte) 79);
        assertEquals(page, second.discard());
        assertEquals(Bytes.patternAt(page + 5), view.get(page + 5));
        assertEquals(79, view.get(page + 6));
        assertEquals(78, view.get(5));
      } else {
        assertThrows(UnsupportedOperationException.class, second::discard);
        assertEquals(77, view.get(page + 5));
      }
    }
  }

  @Test
  void whatIsSharedOrSealedIsNotDiscarded() throws IOException {
    try (MappedRegion shared = Mmap.map(file(), Access.READ_WRITE);
        MappedRegion sealed = Mmap.anonymous(size).map()) {
      Pages pages = shared.pages();
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, pages::discard);
      assertTrue(e.getMessage().contains("punchHole"), e.getMessage());
      sealed.protect(Access.READ_ONLY);
      Pages readOnly = sealed.pages();
      assertThrows(UnsupportedOperationException.class, readOnly::discard);
    }
  }

  @Test
  void holesReadAsZerosAndTakeNoStorage() throws IOException {
    assumeTrue(Feature.PUNCH_HOLE.isSupported(), "no holes here");
    Path file = file();
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(page + 7, size - page - 7).map()) {
      region.sync();
      long before = blocks(file);
      // In the file from 3 * page - 1 to 9 * page + 1.
      assertEquals(6L * page, region.pages(2 * page - 8, 6 * page + 2).punchHole());
      for (int i = 0; i < size; i++) {
        boolean hole = i >= 3 * page && i < 9 * page;
        assertEquals(hole ? 0 : Bytes.patternAt(i), Bytes.at(file, i));
        i += hole ? 0 : 98; // every byte of the hole, some of the rest
      }
      assertTrue(Machine.isEmulated() || blocks(file) < before, () -> "still " + before);
    }
    assertEquals(size, Files.size(file));
  }

  private static long blocks(Path file) throws IOException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    return Long.parseLong(
        new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
  }

  @Test
  void pageThatSomebodyElseHasAPartOfIsNoHole() throws IOException {
    assumeTrue(Feature.PUNCH_HOLE.isSupported(), "no holes here");
    Path file = file();
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, 2 * page + 10).map()) {
      assertEquals(2L * page, region.pages().punchHole());
    }
    assertEquals(Bytes.patternAt(2L * page + 11), Bytes.at(file, 2L * page + 11));
    try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).range(0, size).map()) {
      assertEquals(size, region.pages().punchHole());
    }
  }

  @Test
  void holesAreForWritersOfFiles() throws IOException {
    Path file = file();
    try (MappedRegion reader = Mmap.map(file);
        MappedRegion copy = Mmap.map(file, Access.COPY_ON_WRITE);
        MappedRegion memory = Mmap.anonymous(size).map();
        MappedRegion writer = Mmap.map(file, Access.READ_WRITE)) {
      for (MappedRegion region : new MappedRegion[] {reader, copy, memory}) {
        Pages pages = region.pages();
        assertThrows(UnsupportedOperationException.class, pages::punchHole);
      }
      if (!Feature.PUNCH_HOLE.isSupported()) {
        Pages pages = writer.pages();
        assertThrows(UnsupportedOperationException.class, pages::punchHole);
      }
    }
  }

  @Test
  void evictedPagesAreWrittenAndGone() throws IOException {
    Path file = file();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer view = region.buffer();
      view.put(5 * page, (byte) 55);
      region.pages().evict();
      if (!Machine.isEmulated()) {
        assertEquals(0, region.incore().resident());
      }
      assertEquals(55, view.get(5 * page));
      assertEquals(55, Bytes.at(file, 5L * page));
      assertEquals(Bytes.patternAt(size - 1), view.get(size - 1));
    }
  }

  @Test
  void onlyAFileCanBringPagesBack() throws IOException {
    try (MappedRegion copy = Mmap.map(file(), Access.COPY_ON_WRITE);
        MappedRegion memory = Mmap.anonymous(size).map()) {
      for (MappedRegion region : new MappedRegion[] {copy, memory}) {
        Pages pages = region.pages();
        assertThrows(UnsupportedOperationException.class, pages::evict);
      }
    }
  }
}
