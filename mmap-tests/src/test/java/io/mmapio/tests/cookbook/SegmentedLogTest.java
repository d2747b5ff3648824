// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mmapio.Feature;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipe of docs/cookbook.md for a log in segments, as Kafka keeps one. */
final class SegmentedLogTest {
  private static final int SEGMENT = 64 << 10;

  @TempDir Path directory;
  @TempDir Path other;

  @Test
  void recordsAreFoundAfterRollingAndReopening() throws IOException {
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      for (long number = 0; number < 2_000; number++) {
        assertEquals(number, log.append(record(number)));
      }
      assertTrue(log.segments() > 3, log.segments() + " segments");
      requireAll(log, 0, 2_000);
    }
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      assertEquals(2_000, log.next());
      requireAll(log, 0, 2_000);
      assertEquals(2_000, log.append(record(2_000)));
      requireAll(log, 1_990, 2_001);
    }
  }

  @Test
  void filesAreAsLongAsTheirContents() throws IOException {
    long last;
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      while (log.segments() == 1) {
        log.append(record(log.next()));
      }
      last = log.next() - 1;
      if (Feature.SHRINK.isSupported()) {
        assertEquals(bytesOf(0, last), Files.size(directory.resolve("0.log")));
      }
    }
    assertEquals(bytesOf(0, last), Files.size(directory.resolve("0.log")));
    assertEquals(bytesOf(last, last + 1), Files.size(directory.resolve(last + ".log")));
    assertEquals(8, Files.size(directory.resolve(last + ".index")));
  }

  @Test
  void recoveryTruncatesWhatACrashLeft() throws IOException {
    Path file = directory.resolve("0.log");
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      for (long number = 0; number < 50; number++) {
        log.append(record(number));
      }
    }
    long whole = bytesOf(0, 49);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), bytesOf(0, 50) - 1); // half of the last
      channel.write(ByteBuffer.allocate(100).putInt(0, 80), bytesOf(0, 50)); // and of another
    }
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      assertEquals(49, log.next());
      assertNull(log.read(49));
      requireAll(log, 0, 49);
    }
    assertEquals(whole, Files.size(file));
  }

  /** What lies behind a torn record is cut off, too, or it would come back after the next one. */
  @Test
  void recordBehindATornOneDoesNotComeBack() throws IOException {
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      for (long number = 0; number < 50; number++) {
        log.append(record(number));
      }
    }
    try (FileChannel channel =
        FileChannel.open(directory.resolve("0.log"), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {1}), bytesOf(0, 49) - 1); // the last but one
    }
    SegmentedLog log = new SegmentedLog(directory, SEGMENT);
    assertEquals(48, log.next());
    assertEquals(48, log.append(record(48)));
    try (SegmentedLog copy = new SegmentedLog(copied(), SEGMENT)) {
      assertEquals(49, copy.next());
      assertNull(copy.read(49));
    }
    log.close();
  }

  /** No call says to the system that the file ends: the writer just goes away. */
  @Test
  void logThatWasNeverClosedIsRecovered() throws IOException {
    SegmentedLog abandoned = new SegmentedLog(directory, SEGMENT);
    for (long number = 0; number < 500; number++) {
      abandoned.append(record(number));
    }
    try (SegmentedLog copy = new SegmentedLog(copied(), SEGMENT)) {
      assertEquals(500, copy.next());
      requireAll(copy, 0, 500);
      assertEquals(500, copy.append(record(500)));
    }
    abandoned.close();
  }

  @Test
  void filesAreTruncatedRenamedAndDeletedAtOnceWhileViewsAreHeld() throws IOException {
    SegmentedLog log = new SegmentedLog(directory, SEGMENT);
    List<ByteBuffer> held = new ArrayList<>();
    for (long number = 0; number < 300; number++) {
      log.append(record(number));
      held.add(log.read(number));
    }
    assertArrayEquals(record(299), bytes(held.get(299)));
    log.close();
    for (Path file : files()) {
      truncate(file, 10);
      Path renamed = file.resolveSibling(file.getFileName() + ".deleted");
      Files.move(file, renamed);
      Files.delete(renamed);
    }
    assertEquals(List.of(), files());
    assertArrayEquals(new byte[record(299).length], bytes(held.get(299))); // reads zeros
  }

  /** What makes the test above worth while: a buffer of the JDK keeps Windows from truncating. */
  @Test
  void windowsDoesNotTruncateWhatTheJdkHasMapped() throws IOException {
    assumeTrue(System.getProperty("os.name").startsWith("Windows"), "other systems truncate");
    Path file = Files.write(Files.createTempFile("mapped", ".log"), record(0));
    file.toFile().deleteOnExit(); // the buffer may keep Windows from deleting it now
    ByteBuffer buffer;
    try (FileChannel channel = FileChannel.open(file)) {
      buffer = channel.map(FileChannel.MapMode.READ_ONLY, 0, 100);
    }
    assertThrows(IOException.class, () -> truncate(file, 10));
    assertEquals(1, buffer.get(99));
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void readersSeeRecordsOrTheirEndWhileSegmentsAreDeleted() throws Exception {
    ExecutorService readers = Executors.newFixedThreadPool(2);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong appended = new AtomicLong();
    AtomicLong deleted = new AtomicLong();
    try (SegmentedLog log = new SegmentedLog(directory, SEGMENT)) {
      log.append(record(0));
      CountDownLatch reading = new CountDownLatch(2);
      Reader reader = new Reader(log, appended, deleted, done, reading);
      List<Future<Long>> reads = List.of(readers.submit(reader::run), readers.submit(reader::run));
      assertTrue(reading.await(1, TimeUnit.MINUTES));
      for (long number = 1; number < 20_000; number++) {
        appended.set(log.append(record(number)));
        if (number % 100 == 0) {
          deleted.set(Math.max(0, number - 1_000)); // said before it is done
          log.deleteBefore(number - 1_000);
          assertEquals(2L * log.segments(), files().size());
          assertEquals(2L * log.segments(), mapped());
        }
      }
      done.set(true);
      for (Future<Long> each : reads) {
        assertTrue(each.get(1, TimeUnit.MINUTES) > 0);
      }
      assertTrue(log.first() > 15_000, "first " + log.first());
    } finally {
      readers.shutdownNow();
    }
  }

  /** Reads records that are there, and records that are being deleted. */
  private record Reader(
      SegmentedLog log,
      AtomicLong appended,
      AtomicLong deleted,
      AtomicBoolean done,
      CountDownLatch reading) {
    long run() {
      long reads = 0;
      while (!done.get()) {
        long number = Math.max(0, appended.get() - reads * 37 % 1_500);
        ByteBuffer view = log.read(number);
        boolean whole = view != null && Arrays.equals(record(number), bytes(view));
        assertTrue(whole || number < deleted.get(), "lost or torn: " + number);
        reads++;
        reading.countDown();
      }
      return reads;
    }
  }

  private static void requireAll(SegmentedLog log, long from, long to) {
    for (long number = from; number < to; number++) {
      ByteBuffer view = log.read(number);
      assertFalse(view == null, "no record " + number);
      assertArrayEquals(record(number), bytes(view));
    }
    assertNull(log.read(to));
  }

  private static byte[] record(long number) {
    byte[] record = new byte[100 + (int) (number % 97)];
    Arrays.fill(record, (byte) (number % 127 + 1));
    return record;
  }

  private static long bytesOf(long from, long to) {
    long bytes = 0;
    for (long number = from; number < to; number++) {
      bytes += 16 + record(number).length;
    }
    return bytes;
  }

  private static byte[] bytes(ByteBuffer view) {
    byte[] bytes = new byte[view.remaining()];
    view.duplicate().get(bytes);
    return bytes;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private long mapped() {
    return Mmap.statistics().openRegions().stream()
        .filter(region -> region.file().contains(directory.toString()))
        .count();
  }

  private Path copied() throws IOException {
    for (Path file : files()) {
      Files.copy(file, other.resolve(file.getFileName()));
    }
    return other;
  }
}
