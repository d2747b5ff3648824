// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.faq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.tests.ChildJvm;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/faq.md says about unmapping and deleting, run. */
final class UnmappingFaqTest {
  @TempDir Path directory;

  private Path sevens(String name) throws IOException {
    byte[] bytes = new byte[100_000];
    java.util.Arrays.fill(bytes, (byte) 7);
    return Files.write(directory.resolve(name), bytes);
  }

  // recipe: unmap
  static long sum(Path path) throws IOException {
    long sum = 0;
    try (MappedRegion region = Mmap.map(path)) {
      ByteBuffer view = region.buffer();
      while (view.hasRemaining()) {
        sum += view.get();
      }
    } // unmapped here, not at the next garbage collection
    return sum;
  }

  // end

  @Test
  void nothingIsMappedAfterTheCall() throws IOException {
    Path path = sevens("file").toRealPath();
    assertEquals(700_000, sum(path));
    assertFalse(Mmap.statistics().bytesByFile().containsKey(path.toString()));
    if (System.getProperty("os.name").equals("Linux")) {
      Path maps = Path.of("/proc/self/maps");
      try (MappedRegion region = Mmap.map(path)) {
        assertTrue(Files.readString(maps).contains(path.toString()), region::toString);
      }
      assertFalse(Files.readString(maps).contains(path.toString()));
    }
  }

  // recipe: delete a mapped file
  static ByteBuffer useAndDelete(Path path) throws IOException {
    MappedRegion region = Mmap.map(path);
    ByteBuffer view = region.buffer();
    region.close();
    Files.delete(path); // at once, although the view is still reachable
    return view; // reads zeros from now on
  }

  // end

  @Test
  void fileIsDeletedWhileAViewIsReachable() throws IOException {
    Path path = sevens("file");
    ByteBuffer view = useAndDelete(path);
    assertTrue(Files.notExists(path));
    assertEquals(100_000, view.remaining());
    assertEquals(0, view.get(99_999));
  }

  // recipe: read while another thread closes
  static int read(MappedRegion region, ByteBuffer view, int index) {
    int value = view.getInt(index); // zero once the region is closed, never a crash
    VarHandle.acquireFence(); // reads first, looks at the region then
    if (!region.isOpen()) {
      throw new IllegalStateException("closed: " + region);
    }
    return value;
  }

  // end

  /** A value that is not the file's would fail the reader. */
  private static void readUntilClosed(
      MappedRegion region, ByteBuffer view, CountDownLatch reading) {
    int index = 0;
    while (true) {
      assertEquals(0x07070707, read(region, view, index));
      reading.countDown();
      index = (index + 4096) % 99_996;
    }
  }

  @Test
  void readerOfAClosedRegionSeesValuesOfTheFileOrAnException() throws Exception {
    Path path = sevens("file");
    for (int round = 0; round < 200; round++) {
      MappedRegion region = Mmap.map(path);
      ByteBuffer view = region.buffer();
      CountDownLatch reading = new CountDownLatch(1);
      AtomicReference<Throwable> end = new AtomicReference<>();
      Thread reader = new Thread(() -> readUntilClosed(region, view, reading));
      reader.setUncaughtExceptionHandler((thread, thrown) -> end.set(thrown));
      reader.start();
      reading.await();
      region.close();
      reader.join();
      assertEquals(IllegalStateException.class, end.get().getClass(), end.get()::toString);
    }
  }

  // recipe: without Unsafe
  static int magicNumber(Path path) throws IOException {
    try (MappedRegion region = Mmap.map(path)) {
      return region.buffer(0, 4).getInt(); // close() takes the place of invokeCleaner
    }
  }

  // end

  /** Prints the number that a file begins with. */
  static final class MagicNumber {
    private MagicNumber() {}

    public static void main(String[] args) throws IOException {
      System.out.println(Integer.toHexString(magicNumber(Path.of(args[0]))));
    }
  }

  @Test
  @Tag("child-jvm")
  void unsafeIsNotNeeded() throws Exception {
    ChildJvm child = new ChildJvm();
    if (Runtime.version().feature() >= 24) {
      child.option("--sun-misc-unsafe-memory-access=deny");
    }
    ChildJvm.Outcome outcome = child.run(MagicNumber.class, sevens("file").toString());
    assertTrue(outcome.output().strip().endsWith("7070707"), outcome.output());
    assertFalse(outcome.output().contains("WARNING"), outcome.output());
    assertEquals(0, outcome.exitCode());
  }

  // recipe: replace a mapping under its readers
  static void replace(AtomicReference<MappedRegion> current, Path newer) throws IOException {
    MappedRegion older = current.getAndSet(Mmap.map(newer));
    older.close(); // stops no thread and waits for no reader
  }

  // end

  /** The reader ends after the close only: a close that waited for it would never return. */
  @Test
  @Timeout(60)
  void closeDoesNotWaitForReaders() throws Exception {
    Path newer = sevens("newer");
    AtomicReference<MappedRegion> current = new AtomicReference<>(Mmap.map(sevens("older")));
    ByteBuffer view = current.get().buffer();
    AtomicBoolean closed = new AtomicBoolean();
    CountDownLatch reading = new CountDownLatch(1);
    FutureTask<Long> reader =
        new FutureTask<>(
            () -> {
              long sum = 0;
              for (int index = 0; !closed.get(); index = (index + 4096) % 100_000) {
                sum += view.get(index);
                reading.countDown();
              }
              return sum;
            });
    new Thread(reader).start();
    reading.await();
    replace(current, newer);
    assertFalse(reader.isDone());
    closed.set(true);
    assertTrue(reader.get() >= 7);
    Files.delete(directory.resolve("older"));
    assertEquals(7, current.get().buffer().get(0));
    current.get().close();
    assertThrows(IllegalStateException.class, () -> current.get().buffer());
  }
}
