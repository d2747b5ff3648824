// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tool.snapshot;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that are put together: numbers in LEB128, and strings with their lengths before them. */
final class Bytes {
  private byte[] bytes = new byte[256];
  private int size;

  int size() {
    return size;
  }

  void number(long number) {
    room(10);
    long rest = number;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  void bytes(byte[] more) {
    number(more.length);
    room(more.length);
    System.arraycopy(more, 0, bytes, size, more.length);
    size += more.length;
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }

  void to(ByteBuffer target) {
    target.put(bytes, 0, size);
  }

  static long number(ByteBuffer source) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte b = source.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number that does not end");
  }

  static byte[] bytes(ByteBuffer source) {
    long length = number(source);
    if (length < 0 || length > source.remaining()) {
      throw new IllegalArgumentException("a string that is longer than what is left");
    }
    byte[] bytes = new byte[(int) length];
    source.get(bytes);
    return bytes;
  }
}
