// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.commit;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.LostPages;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.BulkCopy;
import io.mmapio.internal.pages.PageRemoval;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/** The changed pages of a copy-on-write region. */
public final class MappedPages implements PrivatePages {
  /** Bytes that may be mapped anew to save a search the way through them. */
  private static final long LARGEST_TABLE = 2 << 20;

  private final Object region; // kept reachable as long as this object
  private final Mapping mapping;
  private final Storage file;
  private final BulkCopy copies;
  private final ChangeFinder finder;
  private boolean discards = true; // until the platform says that it cannot

  /**
   * For a region.
   *
   * @param region of the mapping
   * @param mapping copy-on-write, of the whole file
   * @param file as it is without the changes
   */
  public MappedPages(Object region, Mapping mapping, Storage file) {
    this.region = region;
    this.mapping = mapping;
    this.file = file;
    this.copies = new BulkCopy(mapping);
    this.finder = new ChangeFinder(mapping, copies, file);
  }

  @Override
  public Runs find() throws IOException {
    try {
      return finder.find(/* keepsCopies= */ !discards);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    try {
      copies.copy(offset, target, /* in= */ false);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public void requireWholeFile() throws IOException {
    long size = file.size();
    if (size < mapping.size()) {
      throw LostPages.met(mapping, "read", size, mapping.size() - size);
    }
  }

  @Override
  public void dropCopies(Runs runs) throws IOException {
    discard(wholeTables(runs));
  }

  /**
   * Makes parts longer so that they cover all that a page table does. Linux then frees the table
   * (since 6.14), and the next search need not look at it. Pages that were only read are mapped
   * again when they are read again.
   */
  private Runs wholeTables(Runs runs) throws IOException {
    long page = mapping.os.pageSize();
    long table = page * page / Long.BYTES;
    if (table > LARGEST_TABLE) {
      return runs;
    }
    long start = mapping.geometry().addressOf(0) % table;
    Runs tables = new Runs();
    for (int i = 0; i < runs.count(); i++) {
      long end = runs.offset(i) + runs.length(i);
      long from = Math.max(tables.end(), (start + runs.offset(i)) / table * table - start);
      long to = Math.min((start + end + table - 1) / table * table - start, mapping.size());
      if (to > from) {
        tables.add(from, to - from);
      }
    }
    return tables;
  }

  @Override
  public void dropChanges(Runs runs) throws IOException {
    if (!discard(runs)) {
      restore(runs);
    }
  }

  /** Writes over the changes what the file contains. */
  private void restore(Runs runs) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(Journal.CHUNK);
    Runs.Walk walk = runs.new Walk();
    for (long done = 0; done < runs.total(); done += chunk.limit()) {
      chunk.clear().limit((int) Math.min(chunk.capacity(), runs.total() - done));
      walk.next(chunk, this::restore);
    }
  }

  private void restore(long offset, ByteBuffer chunk) throws IOException {
    int start = chunk.position();
    try {
      file.read(offset, chunk);
      copies.copy(offset, chunk.position(start), /* in= */ true);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Drops private copies, and tells whether the platform can, which it cannot if some are locked.
   */
  private boolean discard(Runs runs) {
    try {
      for (int i = 0; discards && i < runs.count(); i++) {
        PageRemoval.discard(mapping, runs.offset(i), runs.length(i));
      }
    } catch (UnsupportedOperationException | MmapException e) {
      discards = false; // the copies stay, and the search compares them with the file
    } finally {
      Reference.reachabilityFence(region);
    }
    return discards;
  }
}
