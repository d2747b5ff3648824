// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A redo journal: new contents of chunks, which count only if they are complete.
 *
 * <p>The header has the number of chunks and a checksum of everything. A journal that a crash cut
 * short does not match its checksum, and is ignored.
 */
final class WorldJournal implements AutoCloseable {
  private static final int MOST = 512;
  private static final int HEADER = 4 << 10;
  private static final int COUNT_AT = 0;
  private static final int CHECKSUM_AT = 4;
  private static final int RECORD = Long.BYTES + WorldFile.CHUNK;

  private final MappedRegion region;
  private final ByteBuffer view;
  private int count;

  private WorldJournal(MappedRegion region) {
    this.region = region;
    this.view = region.buffer();
  }

  static WorldJournal open(Path path) throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path);
    }
    // With storage, so that a full disk is an exception here and not a fault later.
    long size = HEADER + (long) MOST * RECORD;
    return new WorldJournal(
        Mmap.file(path).access(Access.READ_WRITE).range(0, size).extend().map());
  }

  void begin() {
    count = 0;
  }

  boolean hasRoom() {
    return count < MOST;
  }

  void add(long chunk, byte[] contents) {
    int at = HEADER + count * RECORD;
    view.putLong(at, chunk);
    view.put(at + Long.BYTES, contents);
    count++;
  }

  /** Makes the journal durable and valid. After this call, its chunks survive any crash. */
  void commit() throws IOException {
    view.putInt(CHECKSUM_AT, checksum(count));
    view.putInt(COUNT_AT, count);
    region.sync(0, HEADER + (long) count * RECORD);
  }

  /** Writes the chunks of a complete journal into the file, durably, and forgets them. */
  void redo(MappedRegion file) throws IOException {
    int chunks = view.getInt(COUNT_AT);
    if (chunks > 0 && chunks <= MOST && checksum(chunks) == view.getInt(CHECKSUM_AT)) {
      write(chunks, file);
    }
    view.putInt(COUNT_AT, 0);
    region.sync(0, HEADER);
  }

  private void write(int chunks, MappedRegion file) throws IOException {
    long first = Long.MAX_VALUE;
    long end = 0;
    for (int i = 0; i < chunks; i++) {
      int at = HEADER + i * RECORD;
      long offset = view.getLong(at) * WorldFile.CHUNK;
      first = Math.min(first, offset);
      end = Math.max(end, offset + WorldFile.CHUNK);
      if (end > file.size()) {
        file.grow(end); // power was lost before the file had its new size
      }
      file.buffer(offset, WorldFile.CHUNK).put(view.slice(at + Long.BYTES, WorldFile.CHUNK));
    }
    file.sync(first, end - first); // one call: pages that did not change cost next to nothing
  }

  private int checksum(int chunks) {
    CRC32C sum = new CRC32C();
    sum.update(chunks);
    sum.update(view.slice(HEADER, chunks * RECORD));
    return (int) sum.getValue();
  }

  @Override
  public void close() {
    region.close();
  }
}
