// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.request.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/**
 * Moves bytes between a region and channels: inside the OS from file to file, else by a buffer. A
 * channel that blocks does so outside the calls of the region, so closing does not wait for it.
 */
public final class ChannelTransfer {
  private final Mapping mapping;
  private final BulkCopy copies;

  public ChannelTransfer(Mapping mapping, BulkCopy copies) {
    this.mapping = mapping;
    this.copies = copies;
  }

  /**
   * Moves bytes from a channel to the region.
   *
   * @return bytes; fewer than asked for at the end of the channel, or if it does not block
   */
  public long from(ReadableByteChannel source, long offset, long count) throws IOException {
    copies.requireAccess(/* in= */ true);
    long done = source instanceof FileChannel file ? copyFile(file, offset, count, true) : 0;
    ByteBuffer block = block(count - done);
    while (done < count) {
      int read = source.read(block.clear().limit((int) Math.min(BulkCopy.BLOCK, count - done)));
      if (read <= 0) {
        break;
      }
      copies.copy(offset + done, block.flip(), /* in= */ true);
      done += read;
    }
    return done;
  }

  /**
   * Moves bytes from the region to a channel.
   *
   * @return bytes; fewer than asked for if the channel does not block
   */
  public long to(WritableByteChannel target, long offset, long count) throws IOException {
    copies.requireAccess(/* in= */ false);
    long done = target instanceof FileChannel file ? copyFile(file, offset, count, false) : 0;
    ByteBuffer block = block(count - done);
    while (done < count) {
      block.clear().limit((int) Math.min(BulkCopy.BLOCK, count - done));
      copies.copy(offset + done, block, /* in= */ false);
      block.flip();
      for (int written = 1; written > 0 && block.hasRemaining(); done += written) {
        written = target.write(block);
      }
      if (block.hasRemaining()) {
        break;
      }
    }
    return done;
  }

  private static ByteBuffer block(long bytes) {
    return ByteBuffer.allocateDirect((int) Math.min(BulkCopy.BLOCK, bytes));
  }

  /**
   * Copies from file to file as far as the OS does that. A thread that was interrupted leaves the
   * rest to the channel, which then closes itself, as channels do.
   */
  private long copyFile(FileChannel file, long offset, long count, boolean in) throws IOException {
    long position = file.position();
    long handle = Source.isOfSystem(file) ? mapping.os.duplicate(file) : -1;
    if (handle < 0) {
      return 0;
    }
    long done = 0;
    try {
      for (long moved = 1; moved > 0 && done < count && !isInterrupted(); ) {
        moved = copies.copyFile(handle, position + done, offset + done, count - done, in);
        done += Math.max(0, moved);
      }
    } finally {
      mapping.os.release(handle);
    }
    if (done > 0) {
      file.position(position + done);
    }
    return done;
  }

  private static boolean isInterrupted() {
    return Thread.currentThread().isInterrupted();
  }
}
