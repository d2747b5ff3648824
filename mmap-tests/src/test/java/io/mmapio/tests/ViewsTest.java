// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JDK's own types over a region. */
final class ViewsTest {
  private static final long FIVE_GIB = 5L << 30;

  @TempDir Path directory;

  @Test
  void buffersAreDirectBigEndianAndOverlap() throws IOException {
    try (MappedRegion region = Mmap.anonymous(1000).map()) {
      ByteBuffer whole = region.buffer();
      assertTrue(whole.isDirect());
      assertEquals(ByteOrder.BIG_ENDIAN, whole.order());
      assertEquals(1000, whole.limit());
      whole.putLong(501, 0x0102030405060708L);
      assertEquals(0x0102030405060708L, region.buffer(501, 8).getLong(0));
      assertEquals(8, region.as(ByteBuffer.class).get(508));
      assertNotSame(whole, region.buffer());
    }
  }

  @Test
  void viewsOfOtherTypesAreRefusedByName() throws IOException {
    try (MappedRegion region = Mmap.anonymous(10).map()) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, () -> region.as(String.class));
      assertTrue(e.getMessage().contains("java.lang.String"), e.getMessage());
    }
  }

  @Test
  void segmentCoversARegionOfAnySize() throws Exception {
    Class<?> type = segmentType();
    Path file = Bytes.sparse(directory.resolve("file"), FIVE_GIB);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      Object segment = region.as(type);
      assertEquals(FIVE_GIB, type.getMethod("byteSize").invoke(segment));
      assertEquals(false, type.getMethod("isReadOnly").invoke(segment));
      ByteBuffer end = slice(type, segment, FIVE_GIB - 8);
      end.putLong(0, 42);
      assertEquals(42, region.buffer(FIVE_GIB - 8, 8).getLong(0));
      region.sync(FIVE_GIB - 8, 8);
      assertEquals(42, Bytes.at(file, FIVE_GIB - 1));
    }
    try (MappedRegion region = Mmap.map(file)) {
      Object segment = region.as(type);
      assertEquals(true, type.getMethod("isReadOnly").invoke(segment));
      assertEquals(42, slice(type, segment, FIVE_GIB - 8).getLong(0));
    }
  }

  private static ByteBuffer slice(Class<?> type, Object segment, long offset)
      throws ReflectiveOperationException {
    Object slice = type.getMethod("asSlice", long.class).invoke(segment, offset);
    return (ByteBuffer) type.getMethod("asByteBuffer").invoke(slice);
  }

  @Test
  void segmentIsSharedByAllThreads() throws Exception {
    Class<?> type = segmentType();
    try (MappedRegion region = Mmap.anonymous(100).map()) {
      Object segment = region.as(type);
      Object accessible =
          type.getMethod("isAccessibleBy", Thread.class).invoke(segment, new Thread(() -> {}));
      assertEquals(true, accessible);
    }
  }

  @Test
  void segmentOfAnEmptyRegionIsEmpty() throws Exception {
    Class<?> type = segmentType();
    try (MappedRegion region = Mmap.anonymous(0).map()) {
      assertEquals(0L, type.getMethod("byteSize").invoke(region.as(type)));
    }
  }

  private static Class<?> segmentType() throws InvocationTargetException {
    assumeTrue(Runtime.version().feature() >= 22, "MemorySegment needs JDK 22");
    try {
      return Class.forName("java.lang.foreign.MemorySegment");
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }
}
