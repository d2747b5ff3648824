// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the journal says of itself. There are two places for it, which take turns, so that one of
 * them is whole at any moment.
 *
 * @param generation the higher one counts
 * @param id of the journal; a record with another one is none
 * @param fileSize of the file, in bytes
 * @param fileNumber of the file in its file system, zero if unknown
 * @param areaSize bytes of each of the two areas
 * @param firstSequence of the first record that counts; what older ones say is in the file
 */
record JournalHeader(
    long generation, long id, long fileSize, long fileNumber, long areaSize, long firstSequence) {
  /** The first bytes, "mmapioJ1". */
  static final long MAGIC = 0x6D6D_6170_696F_4A31L;

  /** Where the first area begins. */
  static final long END = 2L * Blocks.SIZE;

  private static final int VERSION = 1;
  private static final int LENGTH = 64;
  private static final int CHECKSUM_AT = 12;

  /** The header of a journal whose records before that one do not count. */
  JournalHeader restarted(long sequence) {
    return new JournalHeader(generation + 1, id, fileSize, fileNumber, areaSize, sequence);
  }

  /** Whether another one says the same but for its generation. */
  boolean says(JournalHeader other) {
    return fileSize == other.fileSize
        && fileNumber == other.fileNumber
        && areaSize == other.areaSize
        && firstSequence == other.firstSequence;
  }

  long start(int area) {
    return END + area * areaSize;
  }

  /** Bytes of a journal without large records. */
  long end() {
    return start(2);
  }

  /** Writes the header to the place of the older one, and makes it durable. */
  void write(Storage storage) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(Blocks.SIZE);
    block.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(generation).putLong(id);
    block.putLong(fileSize).putLong(fileNumber).putLong(areaSize).putLong(firstSequence);
    block.putInt(CHECKSUM_AT, checksum(block)).clear();
    long place = (generation & 1) * Blocks.SIZE;
    storage.write(place, block);
    storage.sync(place, Blocks.SIZE);
  }

  private static int checksum(ByteBuffer block) {
    CRC32C sum = new CRC32C();
    sum.update(block.duplicate().position(0).limit(LENGTH).slice().putInt(CHECKSUM_AT, 0));
    return (int) sum.getValue();
  }

  /**
   * Reads the header that counts.
   *
   * @return null if no journal was ever completed here
   * @throws IOException if this is no journal, or one of another version, or a damaged one
   */
  static @Nullable JournalHeader read(Storage storage) throws IOException {
    if (storage.size() < END) {
      return null;
    }
    JournalHeader newest = null;
    boolean empty = true;
    for (int place = 0; place < 2; place++) {
      ByteBuffer block = ByteBuffer.allocate(Blocks.SIZE);
      storage.read((long) place * Blocks.SIZE, block);
      empty &= block.clear().equals(ByteBuffer.allocate(Blocks.SIZE));
      JournalHeader found = parse(block);
      if (found != null && (newest == null || found.generation > newest.generation)) {
        newest = found;
      }
    }
    if (newest == null && !empty) {
      throw new IOException("neither header of the journal is whole, or it is no journal");
    }
    return newest;
  }

  private static @Nullable JournalHeader parse(ByteBuffer block) throws IOException {
    if (block.getLong(0) != MAGIC) {
      return null;
    }
    int version = block.getInt(Long.BYTES);
    int sum = block.getInt(CHECKSUM_AT);
    if (checksum(block) != sum) {
      return null;
    }
    if (version != VERSION) {
      throw new IOException("the journal has version " + version + ", not " + VERSION);
    }
    block.position(CHECKSUM_AT + Integer.BYTES);
    return new JournalHeader(
        block.getLong(),
        block.getLong(),
        block.getLong(),
        block.getLong(),
        block.getLong(),
        block.getLong());
  }
}
