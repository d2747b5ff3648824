// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same pages twice in a row. */
final class MirrorTest {
  @TempDir Path directory;

  private final int unit = Math.toIntExact(Mmap.allocationGranularity());

  private MapOptions options(String source, long length) throws IOException {
    return source.equals("anonymous")
        ? Mmap.anonymous(length).mirrored()
        : Mmap.file(Bytes.sparse(directory.resolve("file"), unit + length))
            .access(Access.READ_WRITE)
            .range(unit, length)
            .mirrored();
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "file"})
  void recordAcrossTheSeamIsWhole(String source) throws IOException {
    int length = 3 * unit;
    try (MappedRegion region = options(source, length).map()) {
      assertEquals(2L * length, region.size());
      ByteBuffer view = region.buffer();
      byte[] record = "a message that would wrap".getBytes(StandardCharsets.UTF_8);
      view.position(length - 5).put(record);
      byte[] wrapped = new byte[record.length - 5];
      view.get(0, wrapped);
      assertEquals("sage that would wrap", new String(wrapped, StandardCharsets.UTF_8));
      view.put(2 * length - 1, (byte) 7);
      assertEquals(7, view.get(length - 1));
      region.sync(length - 1, 2);
      region.sync(SyncMode.ASYNC);
      assertEquals(2L * length / Mmap.pageSize(), region.incore().pages());
    }
    if (source.equals("file")) {
      assertEquals(7, Bytes.at(directory.resolve("file"), unit + length - 1));
      assertEquals(unit + length, Files.size(directory.resolve("file")));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "file"})
  void overTwoGibibytes(String source) throws IOException {
    long length = (3L << 29) / unit * unit; // twice that is 3 GiB
    try (MappedRegion region = options(source, length).map()) {
      ByteBuffer seam = region.buffer(length - 8, 16);
      seam.putLong(4, 0x1122334455667788L);
      assertEquals(0x55667788, region.buffer(0, 8).getInt(0));
      assertEquals(0x11223344, region.buffer(2 * length - 4, 4).getInt(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"anonymous", "file"})
  void leakedViewReadsZerosInBothHalves(String source) throws IOException {
    MappedRegion region = options(source, unit).map();
    ByteBuffer view = region.buffer();
    view.put(1, (byte) 1);
    region.close();
    assertEquals(0, view.get(1));
    assertEquals(0, view.get(unit + 1));
    view.put(unit + 1, (byte) 2);
    assertEquals(2, view.get(unit + 1));
  }

  @Test
  void lengthIsWholeUnits() throws IOException {
    for (long length : new long[] {1, unit - 1, unit + 1}) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class, () -> Mmap.anonymous(length).mirrored().map());
      assertTrue(e.getMessage().contains(Integer.toString(unit)), e.getMessage());
    }
    Path file = Bytes.sparse(directory.resolve("file"), 4L * unit);
    assertThrows(
        IllegalArgumentException.class, () -> Mmap.file(file).range(1, unit).mirrored().map());
  }

  @Test
  void nothingIsLeftOfIt() throws IOException {
    Machine.assumeLinux();
    Machine.assumeNotEmulated("what an emulator maps for itself cannot be told apart");
    Path file = Bytes.sparse(directory.resolve("file"), 100L * unit).toRealPath();
    for (int i = 0; i < 100; i++) {
      Mmap.file(file).access(Access.READ_WRITE).mirrored().map().close();
    }
    Footprint after = Footprint.of(file);
    assertEquals(0, after.mappingsOfFile());
    assertEquals(0, after.descriptorsOfFile());
  }
}
