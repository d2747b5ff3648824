// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.messages;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that both processes map, by this library or by the JDK. */
record SharedMemory(ByteBuffer view, MappedRegion region) implements AutoCloseable {
  static SharedMemory ours(Path file, long size) throws IOException {
    try (FileChannel channel = open(file)) {
      MappedRegion region =
          Mmap.file(channel).access(Access.READ_WRITE).range(0, size).extend().map();
      return new SharedMemory(region.buffer().order(ByteOrder.nativeOrder()), region);
    }
  }

  static SharedMemory jdk(Path file, long size) throws IOException {
    try (FileChannel channel = open(file)) {
      ByteBuffer view = channel.map(MapMode.READ_WRITE, 0, size);
      return new SharedMemory(view.order(ByteOrder.nativeOrder()), null);
    }
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
  }

  @Override
  public void close() {
    if (region != null) {
      region.close();
    }
  }
}
