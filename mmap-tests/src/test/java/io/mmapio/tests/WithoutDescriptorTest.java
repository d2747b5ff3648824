// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.CacheState;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region that lets its file go as soon as it is mapped. */
final class WithoutDescriptorTest {
  private static final int SIZE = 70_000;
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  @TempDir Path directory;

  private Path file() throws IOException {
    return Bytes.patterned(directory.resolve("file"), SIZE);
  }

  private static void assertPattern(MappedRegion region) {
    assertEquals(SIZE, region.size());
    Bytes.requirePattern(region.buffer());
  }

  @Test
  void fileMayBeClosedAndDeleted() throws IOException {
    Path file = file();
    MappedRegion byChannel;
    MappedRegion byDescriptor;
    try (FileChannel channel = FileChannel.open(file);
        RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r")) {
      byChannel = Mmap.file(channel).withoutDescriptor().map();
      byDescriptor = Mmap.file(opened.getFD()).withoutDescriptor().map();
      assertTrue(channel.isOpen());
      assertEquals(SIZE, channel.size());
      assertEquals(SIZE, opened.length());
    }
    try (byChannel;
        byDescriptor;
        MappedRegion byPath = Mmap.file(file).withoutDescriptor().map()) {
      if (Feature.SHRINK.isSupported()) {
        Files.delete(file); // Windows deletes no mapped file
      }
      assertPattern(byChannel);
      assertPattern(byDescriptor);
      assertPattern(byPath);
    }
  }

  @Test
  void regionsTakeNoDescriptors() throws IOException {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "only Linux counts them");
    Path file = file();
    List<MappedRegion> regions = new ArrayList<>();
    try (FileChannel channel = FileChannel.open(file)) {
      Mmap.file(channel).map().close(); // whatever the library itself opens is open
      long before = descriptors();
      int many = 200;
      for (int i = 0; i < many; i++) {
        regions.add(Mmap.file(channel).withoutDescriptor().map());
        regions.add(Mmap.file(file).withoutDescriptor().map());
      }
      // Not exactly: other threads of this JVM open files too.
      assertTrue(descriptors() - before < many / 2, "they take some");
      for (int i = 0; i < many; i++) {
        regions.add(Mmap.map(file));
      }
      assertTrue(descriptors() - before > many / 2, "they are counted");
    } finally {
      regions.forEach(MappedRegion::close);
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> all = Files.list(DESCRIPTORS)) {
      return all.count();
    }
  }

  @Test
  void onlyWhatNeedsTheFileIsRefused() throws IOException {
    MapOptions options = Mmap.file(file()).withoutDescriptor().range(100, 50_000);
    try (MappedRegion region = options.advise(Advice.NORMAL).map()) {
      UnsupportedOperationException e =
          assertThrows(UnsupportedOperationException.class, () -> region.pages().evict());
      assertTrue(e.getMessage().contains("withoutDescriptor()"), e.getMessage());
      assertEquals(Optional.<CacheState>empty(), region.pages().cacheState());
      assertEquals(Optional.empty(), region.descriptorPath());
      region.sync();
      Residency residency = region.incore();
      assertEquals(
          residency.pages(), residency.resident() + residency.absent() + residency.unknown());
      ByteBuffer block = ByteBuffer.allocate(1000);
      region.read(10, block);
      for (int i = 0; i < block.capacity(); i++) {
        assertEquals(Bytes.patternAt(110 + i), block.get(i));
      }
      Path copy = directory.resolve("copy");
      try (FileChannel to =
          FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        assertEquals(50_000, region.transferTo(0, 50_000, to));
      }
      assertEquals(Bytes.patternAt(100), Bytes.at(copy, 0));
      assertEquals(Bytes.patternAt(50_099), Bytes.at(copy, 49_999));
    }
  }

  @Test
  void closedRegionSaysSo() throws IOException {
    MappedRegion region = Mmap.file(file()).withoutDescriptor().map();
    region.close();
    assertThrows(IllegalStateException.class, () -> region.pages().evict());
    assertThrows(IllegalStateException.class, region::incore);
  }

  @Test
  void residencyIsThatOfTheFile() throws IOException {
    Path file = Bytes.sparse(directory.resolve("cold"), 64 << 20);
    try (MappedRegion kept = Mmap.map(file);
        MappedRegion region = Mmap.file(file).withoutDescriptor().map()) {
      assumeTrue(kept.incore().unknown() == 0, "the system does not tell what is in memory");
      region.buffer().get(0);
      kept.buffer().get(0); // on Windows, each mapping has its own working set
      Residency residency = region.incore();
      assertEquals(0, residency.unknown());
      assertTrue(residency.resident() > 0);
      assertEquals(kept.incore().resident(), residency.resident());
      assertTrue(residency.absent() > 0, residency.toString());
    }
  }

  @Test
  void residencyOfFilesOfOthersIsUnknown() throws Exception {
    String[] nobody = Machine.asNobody();
    Path file = Bytes.sparse(directory.resolve("file"), 1 << 20);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    ChildJvm child = new ChildJvm().under(nobody).classPath(Machine.readableClassPath(directory));
    ChildJvm.Outcome hidden = child.run(Teller.class, file.toString());
    assertEquals(0, hidden.exitCode(), hidden.output());
    assertTrue(hidden.output().contains("resident=0, absent=0, unknown="), hidden.output());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    ChildJvm.Outcome shown = child.run(Teller.class, file.toString());
    assertTrue(shown.output().contains("unknown=0"), shown.output());
  }

  /** Prints what it is told of a file. */
  static final class Teller {
    private Teller() {}

    public static void main(String[] args) throws IOException {
      try (MappedRegion region = Mmap.file(Path.of(args[0])).withoutDescriptor().map()) {
        System.out.println(region.incore());
      }
    }
  }

  @Test
  void lostPageIsReported() throws IOException {
    assumeTrue(Feature.SHRINK.isSupported(), "a mapped file cannot be truncated here");
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "the kernel does not copy here");
    Path file = file();
    try (MappedRegion region = Mmap.file(file).withoutDescriptor().map()) {
      Bytes.truncate(file);
      ByteBuffer block = ByteBuffer.allocate(1000);
      LostPageException e =
          assertThrows(LostPageException.class, () -> region.read(SIZE - 1000, block));
      assertEquals(-1, e.fileSize());
      assertTrue(e.getMessage().contains("its size is not known"), e.getMessage());
    }
  }

  /** The number of a closed channel is at once that of another file. */
  @Test
  void channelThatIsClosedMeanwhileMapsNoOtherFile() throws Exception {
    Path right = file();
    Path wrong = Bytes.sparse(directory.resolve("wrong"), SIZE);
    AtomicReference<@Nullable FileChannel> next = new AtomicReference<>();
    AtomicBoolean ended = new AtomicBoolean();
    ExecutorService closer = Executors.newSingleThreadExecutor();
    int mapped = 0;
    int closed = 0;
    try {
      Future<?> closing = closer.submit(() -> closeEach(next, wrong, ended));
      for (int round = 0; (round < 5_000 || mapped * closed == 0) && !closing.isDone(); round++) {
        FileChannel channel = FileChannel.open(right);
        next.set(channel);
        try (MappedRegion region = Mmap.file(channel).withoutDescriptor().map()) {
          mapped++;
          assertPattern(region);
        } catch (ClosedChannelException e) {
          closed++;
        }
        while (next.get() != null && !closing.isDone()) {
          Thread.onSpinWait();
        }
      }
      ended.set(true);
      closing.get();
    } finally {
      ended.set(true);
      closer.shutdown();
    }
    System.out.println(mapped + " mapped, " + closed + " closed before");
  }

  private static @Nullable Void closeEach(
      AtomicReference<@Nullable FileChannel> next, Path other, AtomicBoolean ended)
      throws IOException {
    Random random = new Random(42);
    while (!ended.get()) {
      FileChannel channel = next.get();
      if (channel == null) {
        Thread.onSpinWait();
        continue;
      }
      for (int i = random.nextInt(400); i > 0; i--) {
        Thread.onSpinWait();
      }
      channel.close();
      try (FileChannel taken = FileChannel.open(other)) {
        for (int i = random.nextInt(400); i > 0 && taken.isOpen(); i--) {
          Thread.onSpinWait();
        }
      }
      next.set(null);
    }
    return null;
  }

  @Test
  void otherOptionsMayNotContradict() throws IOException {
    MapOptions options = Mmap.file(file()).withoutDescriptor();
    for (MapOptions wrong :
        List.of(
            options.access(Access.READ_WRITE),
            options.access(Access.COPY_ON_WRITE),
            options.access(Access.NONE),
            options.capacity(1 << 20))) {
      assertThrows(IllegalArgumentException.class, wrong::map);
    }
    MapOptions memory = Mmap.anonymous(4096);
    assertThrows(UnsupportedOperationException.class, memory::withoutDescriptor);
  }
}
