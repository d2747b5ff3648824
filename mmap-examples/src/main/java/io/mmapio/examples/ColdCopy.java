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

/** Copies a file past the page cache, so that no page of the copy is in memory. */
final class ColdCopy {
  private static final int CHUNK = 1 << 20;

  private ColdCopy() {}

  /** Returns whether the copy is cold; if not, it is an ordinary one. */
  static boolean make(Path from, Path to) throws IOException {
    try {
      copyDirectly(from, to);
      return true;
    } catch (IOException | UnsupportedOperationException e) {
      // tmpfs for one has no direct I/O: an ordinary copy then has to do.
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      return false;
    }
  }

  /**
   * The option by its name: javac 25 warns of every mention of its class, and a JDK may be without
   * the module that has it.
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
        // Direct I/O writes whole blocks; what is too much is cut off at the end.
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
