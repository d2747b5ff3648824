// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.CheckedAccess;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access that throws where a view would fault. */
final class CheckedAccessTest {
  private static final int SIZE = 500_000;

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private static void assumeChecked() {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "the kernel or emulator has no such call");
  }

  private static void assumeLosable() {
    assumeChecked();
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
  }

  private static ByteBuffer allocate(boolean direct, int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void copiesBothWays(boolean direct) throws IOException {
    assumeChecked();
    try (MappedRegion region = Mmap.map(file(), Access.READ_WRITE)) {
      CheckedAccess checked = region.checked();
      ByteBuffer all = allocate(direct, SIZE + 7);
      all.position(3).limit(SIZE - 7);
      checked.read(10, all);
      assertEquals(SIZE - 7, all.position());
      all.clear();
      for (int i = 3; i < SIZE - 7; i++) {
        assertEquals(Bytes.patternAt(10 + i - 3), all.get(i));
      }
      assertEquals(0, all.get(SIZE - 7));
      ByteBuffer source = allocate(direct, 200_000);
      source.put(199_999, (byte) 42).put(1, (byte) 41).position(1);
      checked.write(SIZE - 199_999, source);
      assertEquals(200_000, source.position());
      assertEquals(42, region.buffer().get(SIZE - 1));
      assertEquals(41, region.buffer().get(SIZE - 199_999));
      checked.probe(0, SIZE);
      checked.probe(SIZE, 0);
      checked.read(SIZE, ByteBuffer.allocate(0));
    }
    assertEquals(42, Bytes.at(directory.resolve("file"), SIZE - 1));
  }

  @Test
  void badArgumentsAreRefused() throws IOException {
    assumeChecked();
    try (MappedRegion region = Mmap.map(file())) {
      CheckedAccess checked = region.checked();
      ByteBuffer two = ByteBuffer.allocate(2);
      assertThrows(IndexOutOfBoundsException.class, () -> checked.read(SIZE - 1, two));
      assertThrows(IndexOutOfBoundsException.class, () -> checked.read(-1, two));
      assertThrows(IndexOutOfBoundsException.class, () -> checked.probe(1, SIZE));
      assertThrows(ReadOnlyBufferException.class, () -> checked.read(0, two.asReadOnlyBuffer()));
      assertThrows(UnsupportedOperationException.class, () -> checked.write(0, two));
      assertEquals(0, two.position());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void truncatedFileIsAnException(boolean direct) throws IOException {
    assumeLosable();
    Path file = file();
    long page = Mmap.pageSize();
    long kept = 20 * page + 100;
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      truncate(file, kept);
      CheckedAccess checked = region.checked();
      ByteBuffer target = allocate(direct, SIZE - 5);
      LostPageException e = assertThrows(LostPageException.class, () -> checked.read(5, target));
      assertEquals("read", e.call());
      assertEquals(21 * page, e.offset());
      assertEquals(SIZE, e.regionSize());
      assertEquals(kept, e.fileSize());
      assertTrue(e.getFile().endsWith("file"), e.getFile());
      assertTrue(e.getMessage().contains("truncated"), e.getMessage());
      assertEquals(21 * page - 5, target.position());
      assertEquals(Bytes.patternAt(kept - 1), target.get((int) kept - 6));

      LostPageException write =
          assertThrows(
              LostPageException.class, () -> checked.write(22 * page, ByteBuffer.allocate(1)));
      assertEquals(22 * page, write.offset());
      LostPageException probe = assertThrows(LostPageException.class, () -> checked.probe(0, SIZE));
      assertEquals(21 * page, probe.offset());
      assertThrows(LostPageException.class, () -> region.pages().populate(Prefault.WRITE));
      checked.probe(0, kept);
      checked.write(kept - 1, ByteBuffer.wrap(new byte[] {9}));
      assertEquals(9, Bytes.at(file, kept - 1));
    }
    assertEquals(kept, Files.size(file));
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void memoryAndCopiesTooAreChecked() throws IOException {
    assumeChecked();
    byte[] bytes = {1, 2, 3};
    try (MappedRegion memory = Mmap.anonymous(100).map();
        MappedRegion copy = Mmap.map(file(), Access.COPY_ON_WRITE)) {
      for (MappedRegion region : new MappedRegion[] {memory, copy}) {
        region.checked().write(97, ByteBuffer.wrap(bytes));
        ByteBuffer back = ByteBuffer.allocate(3);
        region.checked().read(97, back);
        assertArrayEquals(bytes, back.array());
      }
    }
    assertEquals(Bytes.patternAt(98), Bytes.at(directory.resolve("file"), 98));
  }

  @Test
  @Tag("child-jvm")
  void fullDiskUnderASparseFileIsAnException() throws Exception {
    assumeChecked();
    Path disk = Files.createDirectory(directory.resolve("disk"));
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under(Machine.withTmpfs(disk, "size=1m"))
            .run(FullDisk.class, disk.resolve("file").toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("no space: true true true"), outcome.output());
  }

  /** Writes to a sparse file that is larger than its disk. */
  static final class FullDisk {
    private FullDisk() {}

    public static void main(String[] args) throws IOException {
      Path file = Files.createFile(Path.of(args[0]));
      try (MappedRegion region =
          Mmap.file(file).access(Access.READ_WRITE).sparse().range(0, 4 << 20).map()) {
        ByteBuffer source = ByteBuffer.allocate(4 << 20);
        LostPageException write =
            assertThrows(LostPageException.class, () -> region.checked().write(0, source));
        LostPageException populate =
            assertThrows(LostPageException.class, () -> region.pages().populate(Prefault.WRITE));
        assertTrue(source.position() > 0 && source.position() <= 1 << 20);
        System.out.println(
            "no space: "
                + write.getMessage().contains("no space")
                + " "
                + populate.getMessage().contains("no space")
                + " "
                + mirrored(file).getMessage().contains("no space"));
      }
    }

    /** The end of the second half is the end of the file, and not past it. */
    private static LostPageException mirrored(Path file) throws IOException {
      try (MappedRegion region = Mmap.file(file).access(Access.READ_WRITE).mirrored().map()) {
        ByteBuffer last = ByteBuffer.allocate(1);
        return assertThrows(
            LostPageException.class, () -> region.checked().write(region.size() - 1, last));
      }
    }
  }

  @Test
  @Tag("child-jvm")
  void deviceThatFailsIsAnException() throws Exception {
    assumeChecked();
    Path image = directory.resolve("image");
    Path disk = Files.createDirectory(directory.resolve("disk"));
    ChildJvm.Outcome outcome =
        new ChildJvm()
            .under(Machine.withDisk("ext4", Machine.DISK, image, disk))
            .run(BrokenDisk.class, disk.resolve("file").toString(), image.toString());
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(outcome.output().contains("failed: true true true"), outcome.output());
  }

  /** Reads and writes a file whose disk has lost the sectors. */
  static final class BrokenDisk {
    private BrokenDisk() {}

    public static void main(String[] args) throws IOException {
      Path file = Files.write(Path.of(args[0]), new byte[SIZE]);
      try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
        region.sync();
        region.pages().evict();
        truncate(Path.of(args[1]), 1 << 20);
        CheckedAccess checked = region.checked();
        ByteBuffer some = ByteBuffer.allocate(100);
        LostPageException read =
            assertThrows(LostPageException.class, () -> checked.read(200_000, some));
        LostPageException write =
            assertThrows(LostPageException.class, () -> checked.write(300_000, some));
        LostPageException probe =
            assertThrows(LostPageException.class, () -> checked.probe(400_000, 1));
        assertEquals(SIZE, read.fileSize());
        assertEquals(200_000, read.offset());
        System.out.println(
            "failed: "
                + read.getMessage().contains("the device failed")
                + " "
                + write.getMessage().contains("the device failed")
                + " "
                + probe.getMessage().contains("the device failed"));
      }
    }
  }

  @Test
  void platformsWithoutItSaySo() throws IOException {
    assumeTrue(!Feature.CHECKED_ACCESS.isSupported(), "this one has it");
    try (MappedRegion region = Mmap.map(file())) {
      assertThrows(
          UnsupportedOperationException.class,
          () -> region.checked().read(0, ByteBuffer.allocate(1)));
    }
  }
}
