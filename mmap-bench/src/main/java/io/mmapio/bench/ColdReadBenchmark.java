// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import io.mmapio.Prefetcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to read a file that is not in memory: all of it in a row, or 2000 of its blocks
 * of 4 KiB anywhere?
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(2)
public class ColdReadBenchmark {
  private static final int SIZE = 512 << 20;
  private static final int BLOCK = 4096;
  private static final int READS = 2000;
  private static final int AHEAD = 32;
  private static final int DEEP = 256;
  private static final int THREADS = 16;
  private static final int STEP = 8 << 20;

  /** The way to read. */
  @Param({
    "FileChannel.map",
    "FileChannel.read",
    "FileChannel.read, 16 threads",
    "ours",
    "ours advised",
    "ours prefetched",
    "ours Prefetcher",
    "ours Prefetcher, read",
    "ours read"
  })
  public String peer;

  private BenchFile file;
  private MappedRegion region;
  private ByteBuffer view;
  private ByteBuffer read;
  private long[] offsets;
  private ExecutorService threads;
  private long seed = 88_172_645_463_325_252L;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    file = new BenchFile(SIZE);
    read = ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.nativeOrder());
    offsets = new long[READS];
    threads = Executors.newFixedThreadPool(THREADS);
  }

  /**
   * Has nothing of the file in memory, and maps it.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Iteration)
  public void evict() throws IOException {
    region = Mmap.map(file.path);
    region.pages().evict();
    long resident = region.incore().resident();
    if (resident > region.size() / Mmap.pageSize() / 100) {
      throw new IllegalStateException(resident + " pages could not be evicted");
    }
    view =
        peer.equals("FileChannel.map")
            ? file.channel.map(MapMode.READ_ONLY, 0, SIZE)
            : region.buffer();
    view.order(ByteOrder.nativeOrder());
    for (int i = 0; i < READS; i++) {
      seed = Target.next(seed);
      offsets[i] = Target.word(seed, SIZE / BLOCK) * BLOCK;
    }
  }

  /** Unmaps. */
  @TearDown(Level.Iteration)
  public void unmap() {
    if (peer.equals("FileChannel.map")) {
      BenchFile.unmap(view);
    }
    region.close();
  }

  /**
   * Deletes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    threads.shutdown();
    file.close();
  }

  /**
   * Blocks anywhere.
   *
   * @return the sum
   * @throws IOException if it fails
   */
  @Benchmark
  public long random() throws IOException {
    return switch (peer) {
      case "FileChannel.read" -> readBlocks(file.channel::read, read, 0, READS);
      case "FileChannel.read, 16 threads" -> readInThreads();
      case "ours Prefetcher", "ours Prefetcher, read" ->
          readPrefetched(peer.equals("ours Prefetcher, read"));
      case "ours read" -> readBlocks(this::readRegion, read, 0, READS);
      case "ours advised", "ours prefetched" -> {
        region.advise(Advice.RANDOM);
        yield touchBlocks(peer.equals("ours prefetched"));
      }
      default -> touchBlocks(false);
    };
  }

  /**
   * All in a row.
   *
   * @return the sum
   * @throws IOException if it fails
   */
  @Benchmark
  public long sequential() throws IOException {
    return switch (peer) {
      case "FileChannel.read" -> readAll(file.channel::read);
      case "ours read" -> readAll(this::readRegion);
      case "ours prefetched" -> populateAndSum();
      case "ours advised" -> {
        region.advise(Advice.SEQUENTIAL);
        yield sum(view, SIZE);
      }
      default -> sum(view, SIZE);
    };
  }

  private long touchBlocks(boolean prefetch) throws IOException {
    long sum = 0;
    for (int i = 0; i < READS; i++) {
      if (prefetch && i % AHEAD == 0) {
        long[] next = Arrays.copyOfRange(offsets, i, Math.min(i + AHEAD, READS));
        region.advise(next, BLOCK, Advice.WILLNEED);
      }
      sum += view.getLong((int) offsets[i]);
    }
    return sum;
  }

  private long readPrefetched(boolean copying) throws IOException {
    region.advise(Advice.RANDOM);
    long sum = 0;
    Prefetcher blocks = region.prefetch(LongStream.of(offsets).iterator(), BLOCK, DEEP);
    while (blocks.hasNext()) {
      long offset = blocks.nextLong();
      if (copying) {
        readRegion(read.clear().limit(BLOCK), offset);
      }
      sum += copying ? read.getLong(0) : view.getLong((int) offset);
    }
    return sum;
  }

  private long readInThreads() throws IOException {
    List<Callable<Long>> parts = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      int first = READS * i / THREADS;
      int end = READS * (i + 1) / THREADS;
      ByteBuffer target = read.slice(i * BLOCK, BLOCK).order(ByteOrder.nativeOrder());
      parts.add(() -> readBlocks(file.channel::read, target, first, end));
    }
    try {
      long sum = 0;
      for (Future<Long> part : threads.invokeAll(parts)) {
        sum += part.get();
      }
      return sum;
    } catch (InterruptedException | ExecutionException e) {
      throw new IOException(e);
    }
  }

  private void readRegion(ByteBuffer target, long offset) throws IOException {
    region.read(offset, target);
  }

  private long readBlocks(BlockTarget.Move call, ByteBuffer target, int first, int end)
      throws IOException {
    long sum = 0;
    for (int i = first; i < end; i++) {
      call.move(target.clear().limit(BLOCK), offsets[i]);
      sum += target.getLong(0);
    }
    return sum;
  }

  private long readAll(BlockTarget.Move call) throws IOException {
    long sum = 0;
    for (int at = 0; at < SIZE; at += read.capacity()) {
      call.move(read.clear(), at);
      sum += sum(read, read.capacity());
    }
    return sum;
  }

  private long populateAndSum() throws IOException {
    long sum = 0;
    for (int at = 0; at < SIZE; at += STEP) {
      region.pages(at, STEP).populate(Prefault.READ);
      sum += sum(view.slice(at, STEP).order(ByteOrder.nativeOrder()), STEP);
    }
    return sum;
  }

  private static long sum(ByteBuffer from, int length) {
    long sum = 0;
    for (int at = 0; at < length; at += Long.BYTES) {
      sum += from.getLong(at);
    }
    return sum;
  }
}
