// SPDX-License-Identifier: Apache-2.0
package io.mmapio.interop;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** Writes a file and leaves out its zeros, so that gigabytes of them need neither disk nor time. */
final class Holes implements WritableByteChannel {
  private static final int BLOCK = 1 << 16;
  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(BLOCK);

  private final RandomAccessFile file;
  private final FileChannel channel;
  private long position;

  Holes(Path path) throws IOException {
    file = new RandomAccessFile(path.toFile(), "rw");
    channel = file.getChannel();
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int length = source.remaining();
    while (source.hasRemaining()) {
      int some = Math.min(BLOCK, source.remaining());
      ByteBuffer block = source.slice(source.position(), some);
      source.position(source.position() + some);
      if (!block.equals(ZEROS.slice(0, some))) {
        write(block, position);
      }
      position += some;
    }
    return length;
  }

  private void write(ByteBuffer block, long start) throws IOException {
    long offset = start;
    while (block.hasRemaining()) {
      offset += channel.write(block, offset);
    }
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    if (isOpen()) {
      file.setLength(position);
      file.close();
    }
  }
}
