// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Copies a file without the page cache, so that no page of the copy is in memory. */
final class ColdCopy {
  private static final int CHUNK = 1 << 20;

  private ColdCopy() {}

  /** Copies, and returns whether the copy is cold; otherwise it is an ordinary copy. */
  static boolean make(Path from, Path to) throws IOException {
    try {
      copyDirectly(from, to);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      // Some file systems, for example tmpfs, have no direct I/O: make an ordinary copy.
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      return false;
    }
  }

  /**
   * Returns the option, looked up by name. javac 25 warns about every use of its class, and a JDK
   * may lack its module.
   */
  private static OpenOption direct() {
    try {
      Class<?> type = Class.forName("com.sun.nio.file.ExtendedOpenOption");
      return (OpenOption) type.getField("DIRECT").get(null);
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("this JDK has no direct I/O", e);
    }
  }

  private static void copyDirectly(Path from, Path to) throws IOException {
    int block = Math.toIntExact(Files.getFileStore(to).getBlockSize());
    ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK + block).alignedSlice(block).limit(CHUNK);
    try (FileChannel in = FileChannel.open(from);
        FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE, direct())) {
      while (in.read(buffer) >= 0 || buffer.position() > 0) {
        if (buffer.hasRemaining() && in.position() < in.size()) {
          continue;
        }
        // Direct I/O writes whole blocks, so the file is truncated to its size at the end.
        buffer.position((buffer.position() + block - 1) / block * block).flip();
        out.write(buffer);
        buffer.clear().limit(CHUNK);
      }
    }
    try (FileChannel out = FileChannel.open(to, StandardOpenOption.WRITE)) {
      out.truncate(Files.size(from));
      out.force(true);
    }
  }
}
