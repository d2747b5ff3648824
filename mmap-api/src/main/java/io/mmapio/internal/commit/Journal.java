// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The redo log of one file: two areas of records, which take turns. An area is written from its
 * start when the other one is full. Before that, the file was made durable, so that no record of
 * the area is needed any more; the records that recovery may need are in the other area, which is
 * left alone. So turning costs the journal no sync.
 *
 * <p>The second area is the last thing in the journal. A record that is larger than an area goes
 * there, and makes the journal longer.
 */
final class Journal {
  /** Bytes that are read, checked and written at once. */
  static final int CHUNK = 1 << 20;

  /** As many bytes of a commit stay in memory until they are in the file. */
  private static final int MOST_STAGED = 8 << 20;

  private final Storage storage;
  private JournalHeader header;
  private ByteBuffer staging = ByteBuffer.allocateDirect(Blocks.SIZE);
  private ByteBuffer head = staging; // of the record that was appended last
  private long size;
  private int area;
  private long position;
  private long sequence;

  /** For a journal whose records are all in the file. */
  Journal(Storage storage, JournalHeader header) throws IOException {
    this.storage = storage;
    this.size = storage.size();
    this.header = header;
    this.sequence = header.firstSequence();
    begin(0);
  }

  private void begin(int which) {
    area = which;
    position = header.start(which);
  }

  /** Whether a record of that length can follow the last one. */
  boolean hasRoom(long length) {
    return length <= header.start(area) + header.areaSize() - position;
  }

  /** Makes room for a record. All that was applied to the file has to be durable there. */
  void turn(long length) throws IOException {
    if (area == 0) {
      begin(1);
    } else if (length <= header.areaSize()) {
      begin(0);
    } else {
      restart();
      begin(1);
    }
  }

  /** Declares all records void. All that was applied to the file has to be durable there. */
  void restart() throws IOException {
    JournalHeader next = header.restarted(sequence);
    next.write(storage);
    header = next;
  }

  /** Has the journal lose, when it is closed, what a large record has added. */
  void trim() throws IOException {
    storage.trim(header.end());
  }

  /**
   * Writes the content of a record. The head comes last: until it is there, there is no record,
   * whatever fails.
   */
  JournalRecord append(Runs runs, PrivatePages pages) throws IOException {
    JournalRecord record = new JournalRecord(position, sequence, runs);
    if (record.end() > size) {
      storage.grow(record.end());
      size = record.end();
    }
    CRC32C sum = new CRC32C();
    stage(runs.total());
    Runs.Walk walk = runs.new Walk();
    for (long done = 0; done < runs.total(); done += staging.limit()) {
      staging.clear().limit((int) Math.min(staging.capacity(), runs.total() - done));
      walk.next(staging, pages::read);
      sum.update(staging.flip());
      storage.write(record.contentPosition() + done, staging.flip());
    }
    pages.requireWholeFile();
    head = record.head(header.id(), sum);
    return record;
  }

  private void stage(long content) {
    int needed = (int) Blocks.roundUp(Math.min(content, MOST_STAGED));
    if (staging.capacity() < needed) {
      staging = ByteBuffer.allocateDirect(needed);
    }
  }

  /**
   * Makes the record durable whose content was appended. From then on there is a commit. If this
   * fails, there may be one.
   */
  void complete(JournalRecord record) throws IOException {
    if (head.capacity() > Blocks.SIZE) {
      storage.write(position + Blocks.SIZE, head.position(Blocks.SIZE));
    }
    storage.write(position, head.clear().limit(Blocks.SIZE));
    storage.sync(record.position(), record.end() - record.position());
    position = record.end();
    sequence++;
  }

  /** Writes the record to the file that was appended last. */
  void apply(JournalRecord record, Storage file) throws IOException {
    if (record.runs().total() <= staging.capacity()) {
      staging.clear().limit((int) record.runs().total());
      record.runs().new Walk().next(staging, file::write);
    } else {
      record.apply(storage, file, staging);
    }
  }
}
