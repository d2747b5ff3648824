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
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Memory that whoever it is handed to cannot cut. */
final class SealedMemoryTest {
  private static final int SIZE = 100_000;

  private static void assumeSeals() {
    assumeTrue(Feature.SEALED_MEMORY.isSupported(), "no sealed memory here");
  }

  @Test
  void nobodyCutsOrExtendsIt() throws IOException {
    assumeSeals();
    try (MappedRegion region = Mmap.sealed(SIZE).map()) {
      ByteBuffer view = region.buffer();
      view.put(SIZE - 1, (byte) 1);
      Path path = region.descriptorPath().orElseThrow();
      try (FileChannel other = FileChannel.open(path, StandardOpenOption.WRITE)) {
        assertThrows(IOException.class, () -> other.truncate(10));
        assertThrows(IOException.class, () -> other.write(ByteBuffer.allocate(1), SIZE));
        assertEquals(SIZE, other.size());
      }
      assertEquals(1, view.get(SIZE - 1));
      region.sync();
    }
  }

  @Test
  void withACapacityItGrowsButIsNotCut() throws IOException {
    assumeSeals();
    try (MappedRegion region = Mmap.sealed(10).capacity(SIZE).map()) {
      ByteBuffer old = region.buffer();
      region.grow(SIZE);
      region.buffer().put(3, (byte) 3);
      assertEquals(3, old.get(3));
      assertThrows(IOException.class, () -> region.shrink(5));
      assertEquals(SIZE, region.size());
      assertEquals(3, region.buffer().get(3));
      assertEquals(0, region.buffer().get(SIZE - 1));
    }
  }

  @Test
  @Tag("child-jvm")
  void anotherProcessOpensIt() throws Exception {
    assumeSeals();
    Machine.assumeNotEmulated("the emulator's kernel shows other paths");
    try (MappedRegion region = Mmap.sealed(SIZE).map()) {
      region.buffer().putInt(0, 42);
      ChildJvm.Outcome outcome =
          new ChildJvm().run(Other.class, region.descriptorPath().orElseThrow().toString());
      assertEquals(0, outcome.exitCode(), outcome.output());
      assertTrue(outcome.output().contains("read 42"), outcome.output());
      assertEquals(43, region.buffer().getInt(4));
    }
  }

  /** Reads what it was handed and answers. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.map(Path.of(args[0]), Access.READ_WRITE)) {
        System.out.println("read " + region.buffer().getInt(0));
        region.buffer().putInt(4, 43);
      }
    }
  }

  @Test
  void onlyMemoryWithAFileHasAPath() throws IOException {
    try (MappedRegion region = Mmap.anonymous(10).map()) {
      assertTrue(region.descriptorPath().isEmpty());
    }
  }

  @Test
  void emptyIsFine() throws IOException {
    assumeSeals();
    try (MappedRegion region = Mmap.sealed(0).map()) {
      assertEquals(0, region.size());
    }
  }

  @Test
  void platformsWithoutItSaySo() {
    assumeTrue(!Feature.SEALED_MEMORY.isSupported(), "this one has it");
    MapOptions options = Mmap.sealed(SIZE);
    assertThrows(UnsupportedOperationException.class, options::map);
  }
}
