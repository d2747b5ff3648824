// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests.cookbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.SharedMemory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recipes of docs/cookbook.md that are about views, run. */
final class ViewRecipesTest {
  @TempDir Path directory;

  // recipe: long offsets on JDK 17
  /** Reads and writes at any offset of a region of any size. */
  static final class Window {
    private static final long SIZE = 1L << 30; // a ByteBuffer has at most 2 GiB - 1
    private static final int OVERLAP = Long.BYTES; // so that no value crosses two windows

    private final ByteBuffer[] windows;

    Window(MappedRegion region) {
      windows = new ByteBuffer[Math.toIntExact((region.size() + SIZE - 1) / SIZE)];
      for (int i = 0; i < windows.length; i++) {
        long start = i * SIZE;
        long length = Math.min(SIZE + OVERLAP, region.size() - start);
        windows[i] = region.buffer(start, length).order(ByteOrder.nativeOrder());
      }
    }

    long getLong(long offset) {
      return windows[(int) (offset >>> 30)].getLong((int) (offset & (SIZE - 1)));
    }

    void putLong(long offset, long value) {
      windows[(int) (offset >>> 30)].putLong((int) (offset & (SIZE - 1)), value);
    }
  }

  // end

  @Test
  void valuesLieAtLongOffsets() throws IOException {
    Path path = Files.createFile(directory.resolve("large"));
    try (MappedRegion region =
        Mmap.file(path).access(Access.READ_WRITE).range(0, 5L << 30).sparse().map()) {
      Window window = new Window(region);
      long[] offsets = {0, (1L << 30) - 4, (1L << 30) + 1, (4L << 30) - 1, (5L << 30) - 8};
      for (long offset : offsets) {
        window.putLong(offset, ~offset);
        assertEquals(~offset, window.getLong(offset));
        assertEquals(~offset, region.buffer(offset, 8).order(ByteOrder.nativeOrder()).getLong(0));
      }
    }
  }

  // recipe: atomic access
  private static final VarHandle LONGS =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** A counter in a file that threads and processes share; its offset is a multiple of 8. */
  static long increment(ByteBuffer view, int offset) {
    return (long) LONGS.getAndAdd(view, offset, 1L) + 1;
  }

  /** Publishes: whoever sees the flag with an acquiring read sees the value, too. */
  static void publish(ByteBuffer view, long value) {
    view.putLong(8, value);
    LONGS.setRelease(view, 0, 1L);
  }

  static long await(ByteBuffer view) {
    while ((long) LONGS.getAcquire(view, 0) == 0) {
      Thread.onSpinWait();
    }
    return view.getLong(8);
  }

  // end

  @Test
  void threadsCountTogether() throws Exception {
    try (MappedRegion region = Mmap.anonymous(4096).map()) {
      ByteBuffer view = region.buffer();
      Runnable counting =
          () -> {
            for (int i = 0; i < 10_000; i++) {
              increment(view, 16);
            }
          };
      Thread one = new Thread(counting);
      Thread other = new Thread(counting);
      one.start();
      other.start();
      one.join();
      other.join();
      assertEquals(20_001, increment(view, 16));
      Thread publisher = new Thread(() -> publish(view, 42));
      publisher.start();
      assertEquals(42, await(view));
      publisher.join();
    }
  }

  // recipe: share between processes
  /** Every process calls this; the first one creates the memory. */
  static MappedRegion counters() throws IOException {
    return Mmap.shared("example-counters").openOrCreate(4096);
  }

  /** The memory exists until somebody removes its name. */
  static void remove() throws IOException {
    SharedMemory counters = Mmap.shared("example-counters");
    if (counters.exists()) {
      counters.unlink();
    }
  }

  // end

  @Test
  void twoMappingsOfOneName() throws IOException {
    remove();
    try (MappedRegion one = counters();
        MappedRegion other = counters()) {
      increment(one.buffer(), 0);
      assertEquals(2, increment(other.buffer(), 0));
    }
    remove();
    assertTrue(!Mmap.shared("example-counters").exists());
  }
}
