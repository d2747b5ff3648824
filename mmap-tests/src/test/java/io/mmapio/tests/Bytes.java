// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Ordinary file I/O, to look at files from the other side. */
final class Bytes {
  private Bytes() {}

  /** Makes a file of a size, sparse where the file system can. */
  static Path sparse(Path file, long size) throws IOException {
    try (RandomAccessFile made = new RandomAccessFile(file.toFile(), "rw")) {
      made.setLength(size);
    }
    return file;
  }

  /** Makes a file in which byte i is i modulo 251, a prime, so that no two pages are alike. */
  static Path patterned(Path file, int size) throws IOException {
    byte[] content = new byte[size];
    for (int i = 0; i < size; i++) {
      content[i] = patternAt(i);
    }
    return Files.write(file, content);
  }

  /** Gives a view the same contents. */
  static void pattern(ByteBuffer view) {
    for (int i = 0; i < view.capacity(); i++) {
      view.put(i, patternAt(i));
    }
  }

  /** Fails unless a view has them. */
  static void requirePattern(ByteBuffer view) {
    for (int i = 0; i < view.capacity(); i++) {
      if (view.get(i) != patternAt(i)) {
        throw new AssertionError("changed at " + i);
      }
    }
  }

  /** Takes all bytes away from a file, and keeps it. */
  static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }

  static byte patternAt(long offset) {
    return (byte) (offset % 251);
  }

  static byte at(Path file, long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      if (channel.read(one, offset) != 1) {
        throw new IOException("no byte at " + offset + " of " + file);
      }
      return one.get(0);
    }
  }

  static void put(Path file, long offset, byte value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {value}), offset);
    }
  }
}
