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
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * A file of chunks that many threads edit, and in which a crash leaves each chunk old or new.
 *
 * <p>The file is mapped twice. Threads edit copy-on-write mappings, so an unfinished edit never
 * reaches the file. {@link #checkpoint()} copies the changed chunks into a journal, makes the
 * journal durable, and only then writes the chunks through the shared mapping into the file. A
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
  private final NavigableMap<Long, MappedRegion> parts = new ConcurrentSkipListMap<>();
  private final WorldJournal journal;
  private final Lock[] locks = new Lock[STRIPES];
  private final BitSet changed = new BitSet();
  private BitSet saving = new BitSet(); // guarded by changed, as its contents are
  private final Object growth = new Object();

  private final Path path;
  private volatile long chunks;

  private WorldFile(Path path, MappedRegion file, WorldJournal journal) {
    this.path = path;
    this.file = file;
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
    MappedRegion file = Mmap.file(path).access(Access.READ_WRITE).sparse().capacity(capacity).map();
    try {
      WorldJournal journal = WorldJournal.open(path.resolveSibling(path.getFileName() + ".redo"));
      try {
        journal.redo(file);
        WorldFile world = new WorldFile(path, file, journal);
        world.addPart();
        return world;
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
    return chunks;
  }

  /** Makes the world longer, in place: views of it stay valid, and editors need not stop. */
  void grow(long needed) throws IOException {
    if (needed > chunks) {
      synchronized (growth) {
        if (needed > chunks) {
          file.grow(needed * CHUNK);
          addPart();
        }
      }
    }
  }

  /** A copy-on-write region cannot grow, so each growth of the file has one of its own. */
  private void addPart() throws IOException {
    long first = chunks;
    long end = file.size() / CHUNK;
    if (end > first) {
      parts.put(
          first,
          Mmap.file(path)
              .access(Access.COPY_ON_WRITE)
              .range(first * CHUNK, (end - first) * CHUNK)
              .map());
      chunks = end;
    }
  }

  private ByteBuffer edited(long chunk) {
    Map.Entry<Long, MappedRegion> part = Objects.requireNonNull(parts.floorEntry(chunk));
    return part.getValue().buffer((chunk - part.getKey()) * CHUNK, CHUNK);
  }

  /** Edits a chunk. No other thread edits it meanwhile, and no checkpoint sees it half done. */
  void edit(long chunk, Consumer<ByteBuffer> change) {
    Lock lock = lockOf(chunk);
    lock.lock();
    try {
      synchronized (changed) {
        changed.set(Math.toIntExact(chunk));
      }
      ByteBuffer view = edited(chunk);
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
      saving = todo;
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
    synchronized (changed) {
      saving = new BitSet();
    }
    todo.stream().forEach(this::discard);
    return todo.cardinality();
  }

  private byte[] copyOf(int chunk) {
    byte[] copy = new byte[CHUNK];
    Lock lock = lockOf(chunk);
    lock.lock();
    try {
      edited(chunk).get(copy);
    } finally {
      lock.unlock();
    }
    return copy;
  }

  private void discard(long first, long end) throws IOException {
    for (Map.Entry<Long, MappedRegion> part : parts.headMap(end).entrySet()) {
      MappedRegion region = part.getValue();
      long from = Math.max(first - part.getKey(), 0) * CHUNK;
      long to = Math.min((end - part.getKey()) * CHUNK, region.size());
      if (from < to) {
        region.pages(from, to - from).discard();
      }
    }
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
        discard(chunk, chunk + 1L);
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

  /** Drops chunks from memory; the next use reads them from the file. Unsaved edits stay. */
  void evict(long first, long count) throws IOException {
    if (Feature.EVICT.isSupported() && count > 0) {
      unmapUnchanged(first, first + count);
      file.pages(first * CHUNK, count * CHUNK).evict();
    }
  }

  /**
   * The kernel drops no page that is mapped, and a copy-on-write mapping maps more pages than were
   * edited: the kernel maps the neighbours of a page that is read, too.
   */
  private void unmapUnchanged(long first, long end) throws IOException {
    if (!Feature.DISCARD.isSupported()) {
      return;
    }
    for (Lock lock : locks) {
      lock.lock();
    }
    try {
      for (long at = first; at < end; at++) {
        long until = Math.min(nextUnsaved(Math.toIntExact(at)), end);
        discard(at, until);
        at = until;
      }
    } finally {
      for (Lock lock : locks) {
        lock.unlock();
      }
    }
  }

  /** The next chunk of which the file does not have the newest edit. */
  private int nextUnsaved(int chunk) {
    synchronized (changed) {
      int edited = changed.nextSetBit(chunk);
      int saved = saving.nextSetBit(chunk);
      return Math.min(
          edited < 0 ? Integer.MAX_VALUE : edited, saved < 0 ? Integer.MAX_VALUE : saved);
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
    parts.values().forEach(MappedRegion::close);
    file.close();
    journal.close();
  }
}
