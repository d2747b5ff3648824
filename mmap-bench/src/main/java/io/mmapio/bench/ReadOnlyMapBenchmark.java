// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What does it cost to map a file for reading and to let it go? */
@State(Scope.Thread)
public class ReadOnlyMapBenchmark extends NanosecondBenchmark {
  /** What is mapped, in KiB. */
  @Param({"4", "1024"})
  public long kib;

  /** How it is mapped. */
  @Param({"C++", "FileChannel.map", "ours", "ours without descriptor"})
  public String peer;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private long size;
  private BenchFile file;
  private MapOptions byChannel;
  private MapOptions byPath;
  private int descriptor;

  /**
   * Opens.
   *
   * @throws IOException if it cannot
   */
  @Setup(Level.Trial)
  public void open() throws IOException {
    size = kib << 10;
    file = new BenchFile(size);
    byChannel = Mmap.file(file.channel);
    byPath = Mmap.file(file.path);
    if (peer.equals("ours without descriptor")) {
      byChannel = byChannel.withoutDescriptor();
      byPath = byPath.withoutDescriptor();
    }
    descriptor = Native.isAvailable() ? Native.open(file.path.toString()) : -1;
  }

  /**
   * Closes.
   *
   * @throws IOException if it cannot
   */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    if (descriptor >= 0) {
      Native.close(descriptor);
    }
    file.close();
  }

  /**
   * An open file, untouched. C++ only maps and unmaps.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void channel() throws IOException {
    switch (peer) {
      case "C++" -> Native.unmap(Native.map(descriptor, size), size);
      case "FileChannel.map" ->
          BenchFile.unmap(file.channel.map(MapMode.READ_ONLY, 0, file.channel.size()));
      default -> byChannel.map().close();
    }
  }

  /**
   * A file by its name, untouched.
   *
   * @throws IOException if mapping fails
   */
  @Benchmark
  public void path() throws IOException {
    switch (peer) {
      case "C++" -> {
        int opened = Native.open(file.path.toString());
        Native.unmap(Native.map(opened, size), size);
        Native.close(opened);
      }
      case "FileChannel.map" -> {
        try (FileChannel channel = FileChannel.open(file.path)) {
          BenchFile.unmap(channel.map(MapMode.READ_ONLY, 0, channel.size()));
        }
      }
      default -> byPath.map().close();
    }
  }

  /**
   * An open file, with a view, which C++ does not need.
   *
   * @return the view
   * @throws IOException if mapping fails
   */
  @Benchmark
  public ByteBuffer view() throws IOException {
    if (peer.equals("C++")) {
      channel();
      return NOTHING;
    }
    if (peer.equals("FileChannel.map")) {
      ByteBuffer view = file.channel.map(MapMode.READ_ONLY, 0, file.channel.size());
      BenchFile.unmap(view);
      return view;
    }
    try (MappedRegion region = byChannel.map()) {
      return region.buffer();
    }
  }
}
