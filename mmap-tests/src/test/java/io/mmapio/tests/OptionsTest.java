// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Options that contradict each other, and pages of another size. */
final class OptionsTest {
  private static final long HUGE = 2 << 20;
  private static final Path POOL = Path.of("/proc/sys/vm/nr_hugepages");

  @TempDir Path directory;

  @Test
  void contradictionsAreRefused() throws IOException {
    Path path = Bytes.patterned(directory.resolve("file"), 1 << 20);
    MapOptions file = Mmap.file(path);
    MapOptions memory = Mmap.anonymous(1 << 20);
    List<MapOptions> contradictions =
        List.of(
            file.extend(),
            file.access(Access.COPY_ON_WRITE).sparse(),
            file.access(Access.COPY_ON_WRITE).capacity(1 << 21),
            file.range(0, 100).capacity(99),
            file.capacity(99),
            file.access(Access.COPY_ON_WRITE).mirrored(),
            file.mirrored().capacity(1 << 21),
            memory.hugePages(HUGE).capacity(1 << 21),
            memory.hugePages(HUGE).mirrored(),
            file.access(Access.NONE).locked(),
            file.access(Access.NONE).populate(Prefault.READ),
            file.populate(Prefault.WRITE));
    for (MapOptions options : contradictions) {
      assertThrows(IllegalArgumentException.class, options::map);
    }
    assertEquals(1 << 20, Files.size(path));
    assertThrows(IndexOutOfBoundsException.class, () -> file.capacity(-1));
    assertThrows(UnsupportedOperationException.class, () -> file.hugePages(HUGE));
    assertThrows(IllegalArgumentException.class, () -> memory.hugePages(3 << 20));
    assertThrows(IllegalArgumentException.class, () -> memory.hugePages(0));
    assertThrows(UnsupportedOperationException.class, memory::extend);
  }

  @Test
  void pagesOfASizeThatThereIsNotAreUnsupported() {
    Machine.assumeNotEmulated("an emulator maps usual pages");
    MapOptions options = Mmap.anonymous(HUGE).hugePages(1L << 40);
    assertThrows(UnsupportedOperationException.class, options::map);
  }

  @Test
  void hugePagesThatAreNotSetAsideAreExplained() throws IOException {
    assumeTrue(Feature.HUGE_PAGES.isSupported(), "no huge pages here");
    Machine.assumeNotEmulated("an emulator maps usual pages");
    MapOptions options = Mmap.anonymous(1L << 40).hugePages(HUGE);
    MmapException e = assertThrows(MmapException.class, options::map);
    assertEquals("ENOMEM", e.errorName());
    assertEquals("hugePages", e.call());
    assertTrue(e.getMessage().contains("nr_hugepages"), e.getMessage());
  }

  @Test
  void hugePagesAreUsedAndGivenBack() throws IOException {
    assumeTrue(Feature.HUGE_PAGES.isSupported(), "no huge pages here");
    Machine.assumeNotEmulated("an emulator maps usual pages");
    assumeTrue(Files.isWritable(POOL), "only root sets pages aside");
    String before = Files.readAllLines(POOL).get(0);
    Files.writeString(POOL, "8");
    try {
      assumeTrue(Integer.parseInt(Files.readAllLines(POOL).get(0)) >= 8, "no memory for the pool");
      useHugePages();
    } finally {
      Files.writeString(POOL, before);
    }
  }

  private static void useHugePages() throws IOException {
    long size = HUGE + (HUGE >> 1);
    MappedRegion region = Mmap.anonymous(size).hugePages(HUGE).populate(Prefault.WRITE).map();
    assertEquals(size, region.size());
    ByteBuffer view = region.buffer();
    view.put(0, (byte) 1).put((int) size - 1, (byte) 2);
    assertEquals("2048 kB", Smaps.of(view).get("KernelPageSize"));
    assertEquals(0, region.pages(1, HUGE).discard());
    assertEquals(HUGE, region.pages(0, HUGE + 5).discard());
    assertEquals(0, view.get(0));
    assertEquals(2, view.get((int) size - 1));
    region.close();
    assertEquals(0, view.get((int) size - 1));
    assertEquals("4 kB", Smaps.of(view).get("KernelPageSize"));
  }

  @Test
  void platformsWithoutHugePagesSaySo() {
    assumeTrue(!Feature.HUGE_PAGES.isSupported(), "this one has them");
    MapOptions options = Mmap.anonymous(HUGE).hugePages(HUGE);
    assertThrows(UnsupportedOperationException.class, options::map);
  }
}
