// SPDX-License-Identifier: Apache-2.0
package io.mmapio.examples;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import io.mmapio.Residency;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file of chunks that many threads edit, and in which a crash leaves each chunk old or new.
 *
 * <p>The file is mapped twice. Threads edit a copy-on-write mapping, so an unfinished edit never
 * reaches the file. {@link #checkpoint()} copies the changed chunks into a journal, makes the
 * journal durable, and only then writes the chunks through the second mapping into the file. A
 * process that dies before the journal is complete leaves the file as it was. One that dies later
 * leaves a complete journal, and {@link #open} writes its chunks again.
 *
 * <p>Afterwards, the private copies are discarded, so that editing takes no more memory than the
 * chunks that changed since the last checkpoint.
 */
final class WorldFile implements AutoCloseable {
  /** A header of one small page, 64 x 64 tiles of ground, and 64 x 64 heights. */
  static final int CHUNK = 16 << 10;

  static final int SIDE = 64;
  static final int GROUND = 4 << 10;
  static final int HEIGHT = GROUND + SIDE * SIDE * Short.BYTES;

  private static final int VERSION_AT = 0;
  private static final int CHECKSUM_AT = 8;
  private static final int STRIPES = 64;

  private final MappedRegion file;
  private final MappedRegion edited;
  private final WorldJournal journal;
  private final Lock[] locks = new Lock[STRIPES];
  private final BitSet changed = new BitSet();
  private final Object growth = new Object();

  private WorldFile(MappedRegion file, MappedRegion edited, WorldJournal journal) {
    this.file = file;
    this.edited = edited;
    this.journal = journal;
    for (int i = 0; i < STRIPES; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** Opens or creates a world that can grow to so many chunks, and finishes its last checkpoint. */
  static WorldFile open(Path path, long most) throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path);
    }
    long capacity = Math.max(most * CHUNK, Files.size(path));
    MappedRegion file =
        Mmap.file(path).access(Access.READ_WRITE).sparse().capacity(capacity).map();
    try {
      WorldJournal journal = WorldJournal.open(path.resolveSibling(path.getFileName() + ".redo"));
      try {
        journal.redo(file);
        MappedRegion edited =
            Mmap.file(path).access(Access.COPY_ON_WRITE).capacity(capacity).map();
        return new WorldFile(file, edited, journal);
      } catch (IOException | RuntimeException e) {
        journal.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  long chunks() {
    return edited.size() / CHUNK;
  }

  /** Makes the world longer, in place: views of it stay valid, and editors need not stop. */
  void grow(long chunks) throws IOException {
    synchronized (growth) {
      if (chunks > chunks()) {
        file.grow(chunks * CHUNK);
        edited.grow(chunks * CHUNK);
      }
    }
  }

  /** Edits a chunk. No other thread edits it meanwhile, and no checkpoint sees it half done. */
  void edit(long chunk, Consumer<ByteBuffer> change) {
    Lock lock = lockOf(chunk);
    lock.lock();
    try {
      synchronized (changed) {
        changed.set(Math.toIntExact(chunk));
      }
      ByteBuffer view = edited.buffer(chunk * CHUNK, CHUNK);
      change.accept(view);
      view.putLong(VERSION_AT, view.getLong(VERSION_AT) + 1);
      view.putInt(CHECKSUM_AT, checksum(view));
    } finally {
      lock.unlock();
    }
  }

  /** Makes every edit durable that ended before this call, and returns how many chunks changed. */
  synchronized long checkpoint() throws IOException {
    BitSet todo;
    synchronized (changed) {
      todo = (BitSet) changed.clone();
      changed.clear();
    }
    int next = todo.nextSetBit(0);
    while (next >= 0) {
      journal.begin();
      for (; next >= 0 && journal.hasRoom(); next = todo.nextSetBit(next + 1)) {
        journal.add(next, copyOf(next));
      }
      journal.commit();
      journal.redo(file);
    }
    todo.stream().forEach(this::discard);
    return todo.cardinality();
  }

  private byte[] copyOf(int chunk) {
    byte[] copy = new byte[CHUNK];
    Lock lock = lockOf(chunk);
    lock.lock();
    try {
      edited.buffer((long) chunk * CHUNK, CHUNK).get(copy);
    } finally {
      lock.unlock();
    }
    return copy;
  }

  /** Drops the private copy of a chunk, which the file has now, unless it was edited again. */
  private void discard(int chunk) {
    if (!Feature.DISCARD.isSupported()) {
      return; // the private copy is correct too, and only takes memory
    }
    Lock lock = lockOf(chunk);
    lock.lock();
    try {
      boolean again;
      synchronized (changed) {
        again = changed.get(chunk);
      }
      if (!again) {
        edited.pages((long) chunk * CHUNK, CHUNK).discard();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Reads chunks ahead of their use, in one call. */
  void prefetch(long[] chunks) throws IOException {
    long[] offsets = new long[chunks.length];
    for (int i = 0; i < chunks.length; i++) {
      offsets[i] = chunks[i] * CHUNK;
    }
    file.advise(offsets, CHUNK, Advice.WILLNEED);
  }

  /** Drops chunks from memory; the next use reads them from the file. */
  void evict(long first, long count) throws IOException {
    if (Feature.EVICT.isSupported() && count > 0) {
      file.pages(first * CHUNK, count * CHUNK).evict();
    }
  }

  Residency residency() throws IOException {
    return file.incore();
  }

  /** The edits of a chunk, as the file has it; -1 if the chunk is damaged. */
  static long versionOf(ByteBuffer chunk) {
    long version = chunk.getLong(VERSION_AT);
    return version == 0 || chunk.getInt(CHECKSUM_AT) == checksum(chunk) ? version : -1;
  }

  private static int checksum(ByteBuffer chunk) {
    CRC32C sum = new CRC32C();
    sum.update(chunk.slice(VERSION_AT, Long.BYTES));
    sum.update(chunk.slice(GROUND, CHUNK - GROUND));
    return (int) sum.getValue();
  }

  private Lock lockOf(long chunk) {
    return locks[(int) (chunk % STRIPES)];
  }

  @Override
  public void close() {
    edited.close();
    file.close();
    journal.close();
  }
}
