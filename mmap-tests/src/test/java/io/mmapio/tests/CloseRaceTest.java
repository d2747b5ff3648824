// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closing while others read the views, call the region, or close it too. */
final class CloseRaceTest {
  private static final byte MARKER = 0x77;

  @TempDir Path directory;

  @Test
  @Tag("child-jvm")
  void readersSeeTheFileOrZerosWhileAnotherThreadCloses() throws Exception {
    byte[] content = new byte[Math.toIntExact(4 * Mmap.pageSize())];
    Arrays.fill(content, ReadersAgainstClose.VALUE);
    Path file = Files.write(directory.resolve("file"), content);
    runRounds(ReadersAgainstClose.class, file, 1_000, "rounds 1000, reads before closing [1-9].*");
    assertEquals(-1, Arrays.mismatch(content, Files.readAllBytes(file)));
  }

  @Test
  @Tag("child-jvm")
  void callInFlightFinishesBeforeItsRegionIsClosed() throws Exception {
    // Large enough that incore takes a while, with hardly any storage: closing gets in between.
    Path file = Bytes.sparse(directory.resolve("sparse"), 64L << 20);
    runRounds(CallsAgainstClose.class, file, 2_000, "rounds 2000, calls before closing [1-9].*");
  }

  private static void runRounds(Class<?> main, Path file, int rounds, String report)
      throws Exception {
    ChildJvm.Outcome outcome = new ChildJvm().run(main, file.toString(), Integer.toString(rounds));
    assertEquals(0, outcome.exitCode(), outcome.output());
    assertTrue(Pattern.compile(report).matcher(outcome.output()).find(), outcome.output());
  }

  @Test
  void leakedViewNeverShowsTheBytesOfALaterMapping() throws IOException {
    int size = Math.toIntExact(Mmap.pageSize());
    Path first = file(directory.resolve("first"), size);
    Path second = file(directory.resolve("second"), size);
    ByteBuffer zeros = ByteBuffer.allocate(size);
    Deque<ByteBuffer> leaked = new ArrayDeque<>();
    for (int round = 0; round < 10_000; round++) {
      leaked.addLast(leak(first));
      try (MappedRegion other = Mmap.map(second, Access.READ_WRITE)) {
        fill(other.buffer(), MARKER);
        assertEquals(zeros, leaked.getLast(), "the view leaked last");
        if (round % 100 == 0) {
          leaked.forEach(view -> assertEquals(zeros, view, "a view leaked earlier"));
        }
      }
      if (leaked.size() > 300) {
        leaked.removeFirst();
      }
    }
  }

  private static ByteBuffer leak(Path file) throws IOException {
    try (MappedRegion region = Mmap.map(file)) {
      return region.buffer();
    }
  }

  private static void fill(ByteBuffer view, byte value) {
    while (view.hasRemaining()) {
      view.put(value);
    }
  }

  @Test
  void closingTwiceDoesNothing() throws IOException {
    int size = Math.toIntExact(Mmap.pageSize());
    MappedRegion region = Mmap.map(file(directory.resolve("file"), size));
    region.close();
    // These get the addresses and the number of the descriptor that were given back.
    try (MappedRegion next = Mmap.anonymous(size).map();
        FileChannel channel = FileChannel.open(directory.resolve("file"))) {
      region.close();
      assertFalse(region.isOpen());
      assertEquals(size, channel.size());
      assertEquals(0, next.buffer().get(0));
    }
  }

  @Test
  void closingTwiceLeavesTheTombstoneToItsView() throws IOException {
    int size = Math.toIntExact(Mmap.pageSize());
    MappedRegion region = Mmap.map(file(directory.resolve("file"), size), Access.READ_WRITE);
    ByteBuffer view = region.buffer();
    region.close();
    view.put(0, MARKER);
    region.close();
    assertEquals(MARKER, view.get(0), "a second tombstone, or somebody else's bytes");
  }

  @Test
  void twoThreadsMayCloseAtOnce() throws Exception {
    int size = Math.toIntExact(Mmap.pageSize());
    Path file = file(directory.resolve("file"), size);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    CyclicBarrier barrier = new CyclicBarrier(2);
    try {
      for (int round = 0; round < 2_000; round++) {
        MappedRegion region = Mmap.map(file);
        ByteBuffer view = region.buffer();
        closeByBoth(threads, barrier, region);
        assertFalse(region.isOpen());
        assertEquals(0, view.get(size - 1));
      }
    } finally {
      threads.shutdown();
    }
  }

  private static void closeByBoth(
      ExecutorService threads, CyclicBarrier barrier, MappedRegion region) throws Exception {
    List<Future<?>> both =
        List.of(
            threads.submit(() -> closeAt(barrier, region)),
            threads.submit(() -> closeAt(barrier, region)));
    for (Future<?> one : both) {
      one.get();
    }
  }

  private static void closeAt(CyclicBarrier barrier, MappedRegion region) {
    try {
      barrier.await();
    } catch (InterruptedException | BrokenBarrierException e) {
      throw new AssertionError("nobody interrupts this thread", e);
    }
    region.close();
  }

  private static Path file(Path path, int size) throws IOException {
    return Files.write(path, new byte[size]);
  }
}
