// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.Access;
import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.util.function.UnaryOperator;

/** One file that ours, the JDK and C++ have mapped, each for itself, to read and to write. */
final class SideBySide implements AutoCloseable {
  final BenchFile file;
  final MappedRegion ours;
  final MappedByteBuffer jdk;

  /** Where C++ has it, zero where the C++ of the benchmarks is missing. */
  final long address;

  private final long size;
  private final int descriptor;

  /**
   * Maps.
   *
   * @param how ours is mapped
   */
  SideBySide(long size, UnaryOperator<MapOptions> how) throws IOException {
    this.size = size;
    file = new BenchFile(size);
    ours = how.apply(Mmap.file(file.channel).access(Access.READ_WRITE)).map();
    jdk = file.channel.map(MapMode.READ_WRITE, 0, size);
    descriptor = Native.isAvailable() ? Native.open(file.path.toString()) : -1;
    address = Native.isAvailable() ? Native.map(descriptor, size) : 0;
  }

  @Override
  public void close() throws IOException {
    ours.close();
    BenchFile.unmap(jdk);
    if (Native.isAvailable()) {
      Native.unmap(address, size);
      Native.close(descriptor);
    }
    file.close();
  }
}
