// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Opens a journal, and brings the file to where the last commit in it was. */
public final class Recovery {
  private final Storage storage;
  private final Storage file;
  private final Terms terms;
  private final ByteBuffer chunk;

  /**
   * What the journal is to be.
   *
   * @param fileSize of the file, in bytes
   * @param fileNumber of the file, zero if unknown
   * @param areaSize bytes of an area, whole blocks
   * @param anyFile whether the records may be those of a file with another number
   */
  public record Terms(long fileSize, long fileNumber, long areaSize, boolean anyFile) {}

  private Recovery(Storage storage, Storage file, Terms terms) {
    this.storage = storage;
    this.file = file;
    this.terms = terms;
    this.chunk = ByteBuffer.allocateDirect((int) Math.min(Journal.CHUNK, terms.areaSize));
  }

  /**
   * Opens the journal. Afterwards the file has what was committed, and the journal is empty.
   *
   * @throws IOException if the journal is damaged, or that of another file; nothing has changed
   *     then
   */
  static Journal open(Storage storage, Storage file, Terms terms) throws IOException {
    Journal journal = new Recovery(storage, file, terms).open();
    storage.uncache();
    return journal;
  }

  private Journal open() throws IOException {
    JournalHeader found = JournalHeader.read(storage);
    if (found == null) {
      return create();
    }
    if (storage.size() < found.end()) {
      throw new IOException(
          "the journal was cut: it has " + storage.size() + " bytes of " + found.end());
    }
    List<JournalRecord> pending = pending(found);
    if (!pending.isEmpty()) {
      replay(found, pending);
    }
    return new Journal(storage, renewed(found, pending));
  }

  private Journal create() throws IOException {
    long id = ThreadLocalRandom.current().nextLong();
    JournalHeader header =
        new JournalHeader(0, id, terms.fileSize, terms.fileNumber, terms.areaSize, 1);
    fill(0, header.end());
    header.write(storage);
    return new Journal(storage, header);
  }

  /** Gives a part of the journal its storage, so that a sync need not wait for the file system. */
  private void fill(long from, long to) throws IOException {
    storage.grow(to);
    ByteBuffer zeros = ByteBuffer.allocateDirect(chunk.capacity());
    for (long at = from; at < to; at += zeros.limit()) {
      storage.write(at, zeros.clear().limit((int) Math.min(zeros.capacity(), to - at)));
    }
    storage.sync(from, to - from);
  }

  /** The records that may not be in the file yet, or not durably, in their order. */
  private List<JournalRecord> pending(JournalHeader header) throws IOException {
    List<JournalRecord> first = chain(header, 0);
    List<JournalRecord> second = chain(header, 1);
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    boolean inOrder = first.get(0).sequence() < second.get(0).sequence();
    List<JournalRecord> older = inOrder ? first : second;
    List<JournalRecord> newer = inOrder ? second : first;
    if (older.get(older.size() - 1).sequence() + 1 != newer.get(0).sequence()) {
      return newer; // the older ones have begun to be overwritten, so they are in the file
    }
    List<JournalRecord> all = new ArrayList<>(older);
    all.addAll(newer);
    return all;
  }

  private List<JournalRecord> chain(JournalHeader header, int area) throws IOException {
    List<JournalRecord> records = new ArrayList<>();
    long end = area == 0 ? header.start(1) : storage.size();
    JournalRecord next = record(header, header.start(area), end);
    while (next != null && next.sequence() >= header.firstSequence()) {
      records.add(next);
      long sequence = next.sequence() + 1;
      next = record(header, next.end(), end);
      if (next != null && next.sequence() != sequence) {
        break;
      }
    }
    return records;
  }

  private @Nullable JournalRecord record(JournalHeader header, long position, long end)
      throws IOException {
    JournalRecord found = JournalRecord.read(storage, position, header, chunk);
    return found == null || found.end() > end ? null : found;
  }

  private void replay(JournalHeader header, List<JournalRecord> records) throws IOException {
    boolean sameFile =
        terms.anyFile
            || header.fileNumber() == 0
            || terms.fileNumber == 0
            || header.fileNumber() == terms.fileNumber;
    if (header.fileSize() != terms.fileSize || !sameFile) {
      throw new IOException(
          "the journal has commits for another file of "
              + header.fileSize()
              + " bytes, and this one has "
              + terms.fileSize
              + ": if both were restored together, open them with acceptCopied(); if the journal is"
              + " a left-over, delete it");
    }
    for (JournalRecord record : records) {
      record.apply(storage, file, chunk);
    }
    file.sync(0, terms.fileSize);
  }

  /** Declares the records void, and takes over what has changed while the file was closed. */
  private JournalHeader renewed(JournalHeader found, List<JournalRecord> replayed)
      throws IOException {
    long sequence =
        replayed.isEmpty()
            ? found.firstSequence()
            : replayed.get(replayed.size() - 1).sequence() + 1;
    JournalHeader next =
        new JournalHeader(
            found.generation() + 1,
            found.id(),
            terms.fileSize,
            terms.fileNumber,
            terms.areaSize,
            sequence);
    if (replayed.isEmpty() && next.says(found)) {
      return found;
    }
    if (storage.size() < next.end()) {
      fill(storage.size(), next.end());
    }
    next.write(storage);
    return next;
  }
}
