// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.LostPageException;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/cookbook.md for one process and one file, run. */
final class FileRecipesTest {
  @TempDir Path directory;

  // recipe: open or create
  static MappedRegion openOrCreate(Path path, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(path, READ, WRITE, CREATE)) {
      // The region has its own descriptor; the channel may be closed.
      return Mmap.file(channel).access(Access.READ_WRITE).range(0, size).extend().map();
    }
  }

  // end

  @Test
  void createdFileIsOpenedAgain() throws IOException {
    Path path = directory.resolve("new");
    try (MappedRegion region = openOrCreate(path, 10_000)) {
      region.buffer().putInt(0, 42);
    }
    assertEquals(10_000, Files.size(path));
    try (MappedRegion region = openOrCreate(path, 10_000)) {
      assertEquals(42, region.buffer().getInt(0));
    }
  }

  // recipe: append with growth
  static final class Log implements AutoCloseable {
    private static final long STEP = 1 << 20;

    private final MappedRegion region;
    private long end; // where the next record goes

    Log(Path path, long most) throws IOException {
      region =
          Mmap.file(path).access(Access.READ_WRITE).range(0, STEP).extend().capacity(most).map();
    }

    void append(byte[] record) throws IOException {
      while (end + Integer.BYTES + record.length > region.size()) {
        region.grow(region.size() + STEP); // in place: views stay valid
      }
      region.buffer(end, Integer.BYTES).putInt(record.length);
      region.buffer(end + Integer.BYTES, record.length).put(record);
      end += Integer.BYTES + record.length;
    }

    @Override
    public void close() throws IOException {
      region.sync(0, end);
      region.trimOnClose(end); // the file ends with the last record
      region.close();
    }
  }

  // end

  @Test
  void logGrowsAndEndsWithItsLastRecord() throws IOException {
    Path path = Files.createFile(directory.resolve("log"));
    byte[] record = "a record".getBytes(StandardCharsets.US_ASCII);
    int count = 200_000;
    try (Log log = new Log(path, 64 << 20)) {
      for (int i = 0; i < count; i++) {
        log.append(record);
      }
    }
    assertEquals(count * (4L + record.length), Files.size(path));
    try (MappedRegion region = Mmap.map(path)) {
      byte[] last = new byte[record.length];
      region.buffer(region.size() - last.length, last.length).get(last);
      assertArrayEquals(record, last);
    }
  }

  // recipe: checkpoint
  /** Replaces a record so that a crash leaves the old one or the new one, never a mix. */
  static final class Checkpoint {
    private static final int SLOT = 4096; // two slots: length, number, checksum, bytes

    private final MappedRegion region;
    private long number;

    Checkpoint(MappedRegion region) {
      this.region = region;
      number = Math.max(0, Math.max(numberIn(0), numberIn(1)));
    }

    void write(byte[] state) throws IOException {
      long next = number + 1;
      int slot = (int) (next % 2); // never the one that is valid now
      ByteBuffer buffer = region.buffer((long) slot * SLOT, SLOT);
      buffer.putInt(state.length).putLong(next).putLong(checksum(state, next)).put(state);
      region.sync((long) slot * SLOT, SLOT); // durable, or an exception
      number = next;
    }

    byte[] read() {
      byte[] state = new byte[0];
      return number == 0 ? state : stateIn((int) (number % 2));
    }

    private long numberIn(int slot) {
      ByteBuffer buffer = region.buffer((long) slot * SLOT, SLOT);
      int length = buffer.getInt();
      long found = buffer.getLong();
      boolean fits = length >= 0 && length <= SLOT - 20;
      return fits && buffer.getLong() == checksum(stateIn(slot), found) ? found : -1;
    }

    private byte[] stateIn(int slot) {
      ByteBuffer buffer = region.buffer((long) slot * SLOT, SLOT);
      byte[] state = new byte[buffer.getInt(0)];
      buffer.position(20).get(state);
      return state;
    }

    private static long checksum(byte[] state, long number) {
      CRC32C crc = new CRC32C();
      crc.update(ByteBuffer.allocate(8).putLong(0, number));
      crc.update(state);
      return crc.getValue() + 1; // zeros are not a valid slot
    }
  }

  // end

  @Test
  void checkpointSurvivesTornSlot() throws IOException {
    Path path = directory.resolve("checkpoint");
    try (MappedRegion region = openOrCreate(path, 8192)) {
      Checkpoint checkpoint = new Checkpoint(region);
      assertEquals(0, checkpoint.read().length);
      checkpoint.write(bytes("one"));
      checkpoint.write(bytes("two"));
      assertArrayEquals(bytes("two"), new Checkpoint(region).read());
      region.buffer(0, 4096).put(22, (byte) 'X'); // slot 0 has number 2
      assertArrayEquals(bytes("one"), new Checkpoint(region).read());
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  // recipe: make a new file durable
  static void createDurably(Path path, byte[] contents) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    try (MappedRegion region = openOrCreate(temporary, contents.length)) {
      region.buffer().put(contents);
      region.sync(); // the contents
    }
    Files.move(temporary, path, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel parent = FileChannel.open(path.toAbsolutePath().getParent())) {
      parent.force(true); // the name; Windows cannot open a directory, and needs no such call
    } catch (java.nio.file.AccessDeniedException e) {
      if (!System.getProperty("os.name").startsWith("Windows")) {
        throw e;
      }
    }
  }

  // end

  @Test
  void newFileIsComplete() throws IOException {
    Path path = directory.resolve("durable");
    createDurably(path, bytes("contents"));
    assertEquals("contents", Files.readString(path));
    assertTrue(Files.notExists(directory.resolve("durable.new")));
  }

  // recipe: read a file that others cut
  /** Copies: throws LostPageException, a subclass of IOException, where a view would fault. */
  static byte[] readChecked(MappedRegion region, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    region.checked().read(offset, target);
    return target.array();
  }

  /** Uses views: what was read counts only if no page was lost meanwhile. */
  static long sumGuarded(Path path) throws IOException {
    try (MappedRegion region = Mmap.file(path).guarded().map()) {
      long sum = 0;
      ByteBuffer view = region.buffer();
      while (view.hasRemaining()) {
        sum += view.get(); // a lost page reads zeros
      }
      region.checked().probe(0, region.size()); // throws if one was lost
      return sum;
    }
  }

  // end

  @Test
  void cutFileIsAnException() throws IOException {
    assumeTrue(Feature.CHECKED_ACCESS.isSupported(), "no checked access here");
    assumeTrue(!System.getProperty("os.name").startsWith("Windows"), "nobody cuts mapped files");
    Path path = Files.write(directory.resolve("cut"), new byte[100_000]);
    try (MappedRegion region = Mmap.map(path)) {
      assertEquals(10, readChecked(region, 90_000, 10).length);
      try (FileChannel other = FileChannel.open(path, WRITE)) {
        other.truncate(10);
      }
      assertThrows(LostPageException.class, () -> readChecked(region, 90_000, 10));
    }
    if (Feature.GUARD.isSupported()) {
      Files.write(path, new byte[] {1, 2, 3});
      assertEquals(6, sumGuarded(path));
    }
  }

  // recipe: warm up
  static void warmUp(MappedRegion region) throws IOException {
    region
        .pages()
        .populate(
            Prefault.READ,
            (done, total) -> {
              System.out.printf("%d of %d bytes%n", done, total);
              return !Thread.currentThread().isInterrupted(); // false stops
            });
  }

  /** Starts reading many places at once: one call, no waiting. */
  static void prefetch(MappedRegion region, long[] offsets) throws IOException {
    region.advise(offsets, 4096, Advice.WILLNEED);
  }

  // end

  @Test
  void warmedFileIsInMemory() throws IOException {
    Path path = Files.write(directory.resolve("warm"), new byte[1 << 20]);
    try (MappedRegion region = Mmap.map(path)) {
      warmUp(region);
      prefetch(region, new long[] {0, 100_000, 500_000});
      assertEquals(0, region.incore().absent());
    }
  }
}
