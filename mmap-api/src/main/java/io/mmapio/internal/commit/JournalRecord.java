// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One commit in the journal: a head with a table of the parts of the file, and their content.
 *
 * <pre>
 *   position                       + headLength                       end
 *   | head, table, zeros to a block | content, anything up to a block |
 * </pre>
 *
 * @param position of the record in the journal
 * @param sequence one more than that of the commit before
 * @param runs the parts of the file
 */
record JournalRecord(long position, long sequence, Runs runs) {
  private static final long MAGIC = 0x6D6D_6170_696F_5231L; // "mmapioR1"
  private static final int FIXED = 64;
  private static final int CHECKSUM_AT = 28;
  private static final int RUN = 2 * Long.BYTES;

  long headLength() {
    return headLength(runs.count());
  }

  private static long headLength(int runs) {
    return Blocks.roundUp(FIXED + (long) RUN * runs);
  }

  long contentPosition() {
    return position + headLength();
  }

  long end() {
    return position + length(runs);
  }

  /** Bytes of the record of a commit. */
  static long length(Runs runs) {
    return headLength(runs.count()) + Blocks.roundUp(runs.total());
  }

  /** Bytes of the largest record that a file can need. */
  static long most(long fileSize, long pageSize) {
    long runs = Math.min(Runs.MOST, fileSize / pageSize / 2 + 1);
    return headLength((int) runs) + Blocks.roundUp(fileSize);
  }

  /**
   * Returns the head.
   *
   * @param sum of the content; becomes that of the record
   */
  ByteBuffer head(long id, CRC32C sum) {
    ByteBuffer head = ByteBuffer.allocate((int) headLength());
    head.putLong(MAGIC).putLong(id).putLong(sequence).putInt(runs.count()).putInt(0);
    head.putLong(runs.total()).position(FIXED);
    for (int i = 0; i < runs.count(); i++) {
      head.putLong(runs.offset(i)).putLong(runs.length(i));
    }
    sum.update(head.duplicate().clear());
    return head.putInt(CHECKSUM_AT, (int) sum.getValue()).clear();
  }

  /**
   * Reads the record at a position.
   *
   * @param header of the journal
   * @param chunk for the content
   * @return null if there is none, or none that is whole
   */
  static @Nullable JournalRecord read(
      Storage storage, long position, JournalHeader header, ByteBuffer chunk) throws IOException {
    long room = storage.size() - position;
    if (room < Blocks.SIZE) {
      return null;
    }
    ByteBuffer first = ByteBuffer.allocate(Blocks.SIZE);
    storage.read(position, first);
    int count = first.getInt(3 * Long.BYTES);
    boolean ours = first.getLong(0) == MAGIC && first.getLong(Long.BYTES) == header.id();
    if (!ours || count <= 0 || count > Runs.MOST || headLength(count) > room) {
      return null;
    }
    ByteBuffer head = ByteBuffer.allocate((int) headLength(count));
    storage.read(position, head);
    Runs runs = runs(head, count, header.fileSize());
    if (runs == null || runs.total() != head.getLong(CHECKSUM_AT + 4) || length(runs) > room) {
      return null;
    }
    JournalRecord record = new JournalRecord(position, head.getLong(2 * Long.BYTES), runs);
    return record.isWhole(storage, head, chunk) ? record : null;
  }

  private static @Nullable Runs runs(ByteBuffer head, int count, long fileSize) throws IOException {
    Runs runs = new Runs();
    head.position(FIXED);
    for (int i = 0; i < count; i++) {
      long offset = head.getLong();
      long length = head.getLong();
      boolean inside = offset >= runs.end() && length > 0 && length <= fileSize - offset;
      if (!inside) {
        return null;
      }
      runs.add(offset, length);
    }
    return runs.count() == count ? runs : null;
  }

  /** Writes the content to the file. */
  void apply(Storage journal, Storage file, ByteBuffer chunk) throws IOException {
    Runs.Walk walk = runs.new Walk();
    for (long done = 0; done < runs.total(); done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), runs.total() - done));
      journal.read(contentPosition() + done, chunk);
      walk.next(chunk.flip(), file::write);
    }
  }

  private boolean isWhole(Storage storage, ByteBuffer head, ByteBuffer chunk) throws IOException {
    CRC32C sum = new CRC32C();
    for (long done = 0; done < runs.total(); done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), runs.total() - done));
      storage.read(contentPosition() + done, chunk);
      sum.update(chunk.flip());
    }
    int expected = head.getInt(CHECKSUM_AT);
    sum.update(head.putInt(CHECKSUM_AT, 0).clear());
    return (int) sum.getValue() == expected;
  }
}
