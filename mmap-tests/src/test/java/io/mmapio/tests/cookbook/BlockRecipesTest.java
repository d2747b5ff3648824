// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefetcher;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/cookbook.md for large blocks. */
final class BlockRecipesTest {
  private static final int RECORD = 64;

  @TempDir Path directory;

  // recipe: move large blocks
  /** Fills a region from a download and keeps a copy of a part of it. */
  static void receive(MappedRegion region, InputStream download, Path copy) throws IOException {
    ReadableByteChannel source = Channels.newChannel(download);
    long received = region.transferFrom(source, 0, region.size());

    ByteBuffer header = ByteBuffer.allocateDirect(1 << 16);
    region.write(0, header); // every view of the file sees the block
    region.read(0, header.clear());

    try (FileChannel file =
        FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      region.transferTo(0, received, file); // inside the kernel where it can
    }
  }

  // end

  @Test
  void whatWasReceivedIsInTheRegionAndInTheCopy() throws IOException {
    byte[] bytes = new byte[300_000];
    Arrays.fill(bytes, (byte) 7);
    Path copy = directory.resolve("copy");
    Path file = Files.write(directory.resolve("file"), new byte[400_000]);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      receive(region, new java.io.ByteArrayInputStream(bytes), copy);
      assertEquals(0, region.buffer().get((1 << 16) - 1));
      assertEquals(7, region.buffer().get(1 << 16));
      assertEquals(7, region.buffer().get(299_999));
    }
    assertEquals(300_000, Files.size(copy));
    assertEquals(7, Files.readAllBytes(copy)[299_999]);
  }

  // recipe: read in random order
  static long sumOf(MappedRegion region, long[] offsets) throws IOException {
    region.advise(Advice.RANDOM); // do not read around the blocks
    long sum = 0;
    ByteBuffer block = ByteBuffer.allocateDirect(4096);
    Prefetcher blocks = region.prefetch(LongStream.of(offsets).iterator(), 4096, 256);
    while (blocks.hasNext()) {
      region.read(blocks.nextLong(), block.clear()); // up to 256 others are on their way
      sum += block.getLong(0);
    }
    return sum;
  }

  // end

  @Test
  void everyBlockIsRead() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[1 << 20]);
    long[] offsets = LongStream.range(0, 1000).map(i -> i * 7919 % ((1 << 20) - 4096)).toArray();
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      for (long offset : offsets) {
        region.buffer().putLong((int) offset, 1);
      }
      long expected = 0;
      for (long offset : offsets) {
        expected += region.buffer().getLong((int) offset);
      }
      assertTrue(expected > 0);
      assertEquals(expected, sumOf(region, offsets));
    }
  }

  // recipe: read cold data without stopping the JVM
  /** A request of a server, each in a virtual thread: reads some records, maybe from the disk. */
  static long answer(MappedRegion region, ByteBuffer view, long[] offsets) throws IOException {
    region.fetch(offsets, RECORD); // parks while the disk reads; all records at a time
    long sum = 0;
    for (long offset : offsets) {
      sum += view.getLong((int) offset); // does not wait
    }
    return sum;
  }

  // end

  // recipe: fetch and go on
  static CompletableFuture<Long> answerLater(MappedRegion region, ByteBuffer view, int offset) {
    return region.fetchAsync(offset, RECORD).thenApply(nothing -> view.getLong(offset));
  }

  // end

  @Test
  void everyRequestIsAnswered() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[1 << 20]);
    try (MappedRegion region = Mmap.map(file, Access.READ_WRITE)) {
      ByteBuffer view = region.buffer();
      long[] offsets = {0, 5000, (1 << 20) - RECORD};
      view.putLong(0, 3).putLong(5000, 4).putLong((1 << 20) - RECORD, 5);
      region.pages().evict();
      FutureTask<Long> request = new FutureTask<>(() -> answer(region, view, offsets));
      start(request);
      assertEquals(12, request.get());
      assertEquals(4, answerLater(region, view, 5000).get());
    }
  }

  /** Starts a virtual thread, which came with JDK 21, or another one. */
  private static void start(Runnable work) throws ReflectiveOperationException {
    if (Runtime.version().feature() < 21) {
      new Thread(work).start();
    } else {
      Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, work);
    }
  }
}
