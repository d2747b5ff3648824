// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Over 2 GiB without MemorySegment: an array of windows of 1 GiB, as users write it on JDK 17. */
final class WindowsTarget extends RecordTarget {
  static final long WINDOW = 1L << 30;

  /** How a window is mapped. */
  interface Source {
    ByteBuffer window(long offset, long length) throws IOException;
  }

  private final ByteBuffer[] windows;

  WindowsTarget(long size, Source source, Closeable mapping) throws IOException {
    super(size, mapping);
    windows = new ByteBuffer[(int) ((size + WINDOW - 1) / WINDOW)];
    for (int i = 0; i < windows.length; i++) {
      long offset = i * WINDOW;
      windows[i] =
          source.window(offset, Math.min(WINDOW, size - offset)).order(ByteOrder.nativeOrder());
    }
  }

  @Override
  void putLong(long offset, long value) {
    windows[(int) (offset / WINDOW)].putLong((int) (offset % WINDOW), value);
  }

  @Override
  long getLong(long offset) {
    return windows[(int) (offset / WINDOW)].getLong((int) (offset % WINDOW));
  }

  @Override
  void putRecord(long offset) {
    windows[(int) (offset / WINDOW)].put((int) (offset % WINDOW), record);
  }
}
