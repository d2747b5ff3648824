// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.MmapException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Taking access away while the region is open, as far as views leave it safe. */
final class ProtectTest {
  private static final int SIZE = 100_000;

  @TempDir Path directory;

  private MappedRegion region(Access access) throws IOException {
    return Mmap.map(Bytes.patterned(directory.resolve("file"), SIZE), access);
  }

  /** Whether the protection is taken once views were collected. */
  private static boolean becomes(MappedRegion region, Access access) throws IOException {
    return Footprint.collectUntil(
        () -> {
          try {
            region.protect(access);
            return true;
          } catch (IllegalStateException e) {
            return false;
          } catch (MmapException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"READ_WRITE", "COPY_ON_WRITE"})
  void sealedRegionHasReadOnlyViews(Access access) throws IOException {
    try (MappedRegion region = region(access)) {
      region.buffer().put(5, (byte) 55);
      assertTrue(becomes(region, Access.READ_ONLY));
      assertEquals(Access.READ_ONLY, region.access());
      ByteBuffer view = region.buffer();
      assertThrows(ReadOnlyBufferException.class, () -> view.put(0, (byte) 1));
      assertEquals(55, view.get(5));
      region.sync();
      region.incore();
      region.protect(Access.READ_ONLY);
      region.protect(access); // a view that can only read is not in the way
      region.buffer().put(6, (byte) 66);
      assertEquals(66, view.get(6));
    }
  }

  @Test
  void writableViewIsInTheWay() throws IOException {
    try (MappedRegion region = region(Access.READ_WRITE)) {
      ByteBuffer view = region.buffer(10, 20);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> region.protect(Access.READ_ONLY));
      assertTrue(e.getMessage().contains("1 view"), e.getMessage());
      assertEquals(Access.READ_WRITE, region.access());
      view.put(0, (byte) 1);
      ByteBuffer slice = view.slice(0, 5);
      view = null;
      System.gc();
      assertThrows(IllegalStateException.class, () -> region.protect(Access.READ_ONLY));
      slice.put(0, (byte) 2);
    }
  }

  @Test
  void noAccessNeedsThatThereIsNoView() throws IOException {
    try (MappedRegion region = region(Access.READ_ONLY)) {
      ByteBuffer view = region.buffer();
      assertThrows(IllegalStateException.class, () -> region.protect(Access.NONE));
      assertEquals(Bytes.patternAt(7), view.get(7));
      view = null;
      assertTrue(becomes(region, Access.NONE));
      assertThrows(UnsupportedOperationException.class, region::buffer);
      assertThrows(
          UnsupportedOperationException.class,
          () -> region.checked().read(0, ByteBuffer.allocate(1)));
      if (!Machine.isEmulated()) { // qemu's mincore wants pages that can be read
        region.incore();
      }
      region.protect(Access.READ_ONLY);
      assertEquals(Bytes.patternAt(7), region.buffer().get(7));
    }
  }

  @Test
  void neverMoreThanWasMapped() throws IOException {
    try (MappedRegion reader = region(Access.READ_ONLY);
        MappedRegion none = Mmap.anonymous(10).access(Access.NONE).map()) {
      for (Access more : new Access[] {Access.READ_WRITE, Access.COPY_ON_WRITE}) {
        assertThrows(IllegalArgumentException.class, () -> reader.protect(more));
        assertThrows(IllegalArgumentException.class, () -> none.protect(more));
      }
      assertThrows(IllegalArgumentException.class, () -> none.protect(Access.READ_ONLY));
      none.protect(Access.NONE);
    }
  }

  @Test
  void viewOfASealedRegionOutlivesIt() throws IOException {
    MappedRegion region = region(Access.READ_WRITE);
    region.protect(Access.READ_ONLY);
    ByteBuffer view = region.buffer();
    region.close();
    assertEquals(0, view.get(SIZE - 1));
    assertFalse(region.isOpen());
  }
}
