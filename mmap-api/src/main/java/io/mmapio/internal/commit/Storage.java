// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A file that holds what was written until the next power cut, and holds it for good once it was
 * synced. An interrupt of the thread has no effect on it.
 */
public interface Storage {
  /** Asks for the size of the file in bytes. */
  long size() throws IOException;

  /** Fills the rest of a buffer. */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Writes the rest of a buffer. The file does not become longer. */
  void write(long offset, ByteBuffer source) throws IOException;

  /** Makes a range durable, and the size of the file. Once this has failed, it fails always. */
  void sync(long offset, long length) throws IOException;

  /**
   * Drops the file from the cache. What is written from then on is cached in pieces of its own
   * size, which the OS writes back faster than a part of a large piece.
   */
  void uncache() throws IOException;

  /** Makes the file longer, with storage for the new part. */
  void grow(long size) throws IOException;

  /** Makes the file as long as this once it is closed. */
  void trim(long size) throws IOException;
}
