// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench.uses;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Slots by the hash of a key in a mapped file. The sequence number of a slot is odd while a writer
 * is in it; a reader that finds it changed reads again. See the program "cache" of the examples.
 */
final class SlotStore implements Store {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final int KEY_AT = 8;
  private static final int VALUE_AT = 16;
  private static final int SLOT = 320;

  /** A power of two with room for all keys. */
  private static final int SLOTS = 1 << 19;

  private final MappedRegion region;
  private final ByteBuffer view;

  SlotStore(Path file) throws IOException {
    region = Mmap.map(file);
    view = region.buffer().order(ByteOrder.nativeOrder());
  }

  static void fill(Path file, byte[] value) throws IOException {
    Files.createFile(file);
    try (MappedRegion region =
        Mmap.file(file).access(Access.READ_WRITE).range(0, (long) SLOTS * SLOT).extend().map()) {
      ByteBuffer view = region.buffer().order(ByteOrder.nativeOrder());
      for (long key = 0; key < KEYS; key++) {
        int at = slot(key);
        while (view.getLong(at) != 0) {
          at = next(at);
        }
        view.putLong(at + KEY_AT, key).put(at + VALUE_AT, value).putLong(at, 2);
      }
    }
  }

  private static int slot(long key) {
    long hash = key * 0x9E3779B97F4A7C15L;
    return (int) (hash >>> 45) * SLOT;
  }

  private static int next(int at) {
    return (at + SLOT) % (SLOTS * SLOT);
  }

  @Override
  public void get(long key, byte[] value) {
    int at = slot(key);
    while (true) {
      long sequence = (long) LONG.getAcquire(view, at);
      if (sequence == 0) {
        throw new IllegalStateException("no value for " + key);
      }
      boolean found = view.getLong(at + KEY_AT) == key;
      if (found) {
        view.get(at + VALUE_AT, value);
      }
      VarHandle.acquireFence();
      if (sequence % 2 == 0 && (long) LONG.getOpaque(view, at) == sequence) {
        if (found) {
          return;
        }
        at = next(at);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    region.close();
  }
}
