// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Prefault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/** Makes targets by the names that the results show. */
final class Targets {
  static final String LIMIT = "C++";
  static final String BUFFER = "ours ByteBuffer";
  static final String VAR_HANDLE = "ours VarHandle";
  static final String SEGMENT = "ours MemorySegment";
  static final String WINDOWS = "ours windows";
  static final String OURS = "ours";
  static final String POPULATED = "ours populated";
  static final String EXTENDED = "ours extend only";
  static final String SPARSE = "ours sparse";
  static final String BLOCKS = "ours write direct";
  static final String BLOCKS_HEAP = "ours write heap";
  static final String JDK_BUFFER = "FileChannel.map";
  static final String JDK_WINDOWS = "FileChannel.map windows";
  static final String JDK_SEGMENT = "FileChannel.map MemorySegment";
  static final String AGRONA = "Agrona UnsafeBuffer";
  static final String CHRONICLE = "Chronicle MappedBytes";
  static final String CHANNEL_DIRECT = "FileChannel direct";
  static final String CHANNEL_HEAP = "FileChannel heap";
  static final String RANDOM_ACCESS_FILE = "RandomAccessFile";

  private Targets() {}

  /**
   * Opens one.
   *
   * @param fresh whether the file is empty: storage has to be made
   */
  static Target open(String name, BenchFile file, long size, boolean fresh) throws IOException {
    FileChannel channel = file.channel;
    return switch (name) {
      case LIMIT -> new LimitTarget(file.path, size, fresh);
      case BUFFER -> buffer(ours(name, file, size, fresh).map());
      case VAR_HANDLE -> varHandle(ours(name, file, size, fresh).map());
      case SEGMENT -> segment(ours(name, file, size, fresh).map());
      case WINDOWS -> windows(ours(name, file, size, fresh).map());
      case OURS, POPULATED, EXTENDED, SPARSE -> any(ours(name, file, size, fresh).map());
      case BLOCKS -> blocks(ours(name, file, size, fresh).map(), true);
      case BLOCKS_HEAP -> blocks(ours(name, file, size, fresh).map(), false);
      case JDK_BUFFER -> buffer(channel.map(MapMode.READ_WRITE, 0, size));
      case JDK_WINDOWS -> jdkWindows(channel, size);
      case JDK_SEGMENT -> jdkSegment(channel, size);
      case AGRONA -> new AgronaTarget(channel.map(MapMode.READ_WRITE, 0, size));
      case CHRONICLE -> new ChronicleTarget(file.path, size);
      case CHANNEL_DIRECT -> blocks(channel, size, true);
      case CHANNEL_HEAP -> blocks(channel, size, false);
      case RANDOM_ACCESS_FILE -> new RandomAccessFileTarget(file.path, size);
      default -> throw new IllegalArgumentException("no target is called " + name);
    };
  }

  /** Ours on a fresh file: the storage first, huge pages where the file system has them. */
  private static MapOptions ours(String name, BenchFile file, long size, boolean fresh) {
    MapOptions options = Mmap.file(file.channel).access(Access.READ_WRITE).range(0, size);
    if (!fresh) {
      return options;
    }
    return switch (name) {
      case SPARSE -> options.sparse();
      case EXTENDED, BLOCKS, BLOCKS_HEAP -> options.extend();
      case POPULATED -> options.extend().advise(Advice.HUGEPAGE).populate(Prefault.WRITE);
      default -> options.extend().advise(Advice.HUGEPAGE);
    };
  }

  private static Target any(MappedRegion region) throws IOException {
    return region.size() <= Integer.MAX_VALUE ? buffer(region) : windows(region);
  }

  private static Target buffer(MappedRegion region) {
    return new BufferTarget(region.buffer(), region::close);
  }

  private static Target buffer(ByteBuffer mapped) {
    return new BufferTarget(mapped, () -> BenchFile.unmap(mapped));
  }

  private static Target blocks(MappedRegion region, boolean direct) {
    return new BlockTarget(
        region.size(),
        direct,
        (block, offset) -> region.read(offset, block),
        (block, offset) -> region.write(offset, block),
        region::close);
  }

  /** The channel is the file's, which closes it. */
  private static Target blocks(FileChannel channel, long size, boolean direct) {
    return new BlockTarget(size, direct, channel::read, channel::write, () -> {});
  }

  private static Target varHandle(MappedRegion region) {
    return new VarHandleTarget(region.buffer(), region::close);
  }

  private static Target segment(MappedRegion region) {
    return new SegmentTarget(region.as(Segments.type()), region::close);
  }

  private static Target windows(MappedRegion region) throws IOException {
    return new WindowsTarget(region.size(), region::buffer, region::close);
  }

  private static Target jdkSegment(FileChannel channel, long size) {
    AutoCloseable arena = Segments.sharedArena();
    return new SegmentTarget(Segments.map(channel, size, arena), () -> Segments.close(arena));
  }

  private static Target jdkWindows(FileChannel channel, long size) throws IOException {
    ByteBuffer[] mapped =
        new ByteBuffer[(int) ((size + WindowsTarget.WINDOW - 1) / WindowsTarget.WINDOW)];
    return new WindowsTarget(
        size,
        (offset, length) ->
            mapped[(int) (offset / WindowsTarget.WINDOW)] =
                channel.map(MapMode.READ_WRITE, offset, length),
        () -> {
          for (ByteBuffer window : mapped) {
            BenchFile.unmap(window);
          }
        });
  }
}
