// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.stalls;

import io.mmapio.Advice;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.Closeable;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/** A way to read the first word of blocks of a file. Used by several threads. */
interface ColdReader extends Closeable {
  /** Bytes of a block. */
  int BLOCK = 4096;

  /** Reads some blocks, and returns the sum of their first words. */
  long read(long[] offsets) throws IOException;

  /** The ways. */
  enum Way {
    /** Of the JDK. */
    FILE_CHANNEL_MAP,
    /** Of the JDK, 22 and later. */
    MEMORY_SEGMENT,
    /** Of the JDK; copies, and keeps nothing mapped. */
    FILE_CHANNEL_READ,
    /** Ours, without fetching. */
    VIEW,
    /** Ours. */
    FETCH,
    /** Ours, all blocks at a time. */
    FETCH_ASYNC
  }

  /** Opens a file. */
  static ColdReader open(Way way, Path file, boolean random) throws IOException {
    return switch (way) {
      case FILE_CHANNEL_MAP, FILE_CHANNEL_READ, MEMORY_SEGMENT -> new OfJdk(way, file);
      case VIEW, FETCH, FETCH_ASYNC -> new Ours(way, file, random);
    };
  }

  /** The JDK's. */
  final class OfJdk implements ColdReader {
    private final Way way;
    private final FileChannel channel;
    private final ByteBuffer view;

    OfJdk(Way way, Path file) throws IOException {
      this.way = way;
      this.channel = FileChannel.open(file);
      this.view =
          switch (way) {
            case FILE_CHANNEL_MAP -> channel.map(MapMode.READ_ONLY, 0, SlowDisk.SIZE);
            case MEMORY_SEGMENT -> segment(channel);
            default -> ByteBuffer.allocate(0);
          };
    }

    /** The buffer of a segment, which is read by the same code as the segment. */
    private static ByteBuffer segment(FileChannel channel) throws IOException {
      try {
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        Method map =
            FileChannel.class.getMethod("map", MapMode.class, long.class, long.class, arena);
        Object shared = arena.getMethod("ofAuto").invoke(null);
        Object segment = map.invoke(channel, MapMode.READ_ONLY, 0L, (long) SlowDisk.SIZE, shared);
        Class<?> type = Class.forName("java.lang.foreign.MemorySegment");
        return (ByteBuffer) type.getMethod("asByteBuffer").invoke(segment);
      } catch (ReflectiveOperationException e) {
        throw new IOException("MemorySegment needs JDK 22 or later", e);
      }
    }

    @Override
    public long read(long[] offsets) throws IOException {
      long sum = 0;
      for (long offset : offsets) {
        sum += way == Way.FILE_CHANNEL_READ ? copy(offset) : view.getLong((int) offset);
      }
      return sum;
    }

    private long copy(long offset) throws IOException {
      ByteBuffer block = ByteBuffer.allocate(BLOCK);
      channel.read(block, offset);
      return block.getLong(0);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** Ours. */
  final class Ours implements ColdReader {
    private final Way way;
    private final MappedRegion region;
    private final ByteBuffer view;

    Ours(Way way, Path file, boolean random) throws IOException {
      this.way = way;
      this.region = Mmap.map(file);
      if (random) {
        region.advise(Advice.RANDOM);
      }
      this.view = region.buffer();
    }

    @Override
    public long read(long[] offsets) throws IOException {
      if (way == Way.FETCH_ASYNC) {
        return readAsync(offsets);
      }
      long sum = 0;
      for (long offset : offsets) {
        if (way == Way.FETCH) {
          region.fetch(offset, BLOCK);
        }
        sum += view.getLong((int) offset);
      }
      return sum;
    }

    private long readAsync(long[] offsets) {
      CompletableFuture<?>[] fetches = new CompletableFuture<?>[offsets.length];
      for (int i = 0; i < offsets.length; i++) {
        fetches[i] = region.fetchAsync(offsets[i], BLOCK);
      }
      long sum = 0;
      for (int i = 0; i < offsets.length; i++) {
        fetches[i].join();
        sum += view.getLong((int) offsets[i]);
      }
      return sum;
    }

    @Override
    public void close() {
      region.close();
    }
  }
}
