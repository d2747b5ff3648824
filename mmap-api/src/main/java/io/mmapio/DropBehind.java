// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.internal.pages.WriteBack;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * Keeps a program that reads or writes a region in a row from filling the memory with pages that it
 * will not touch again. The program says how far it has come; what lies more than {@code keep}
 * bytes behind is dropped from memory in pieces of 8 MiB, as {@link Pages#evict()} does. Created by
 * {@link MappedRegion#dropBehind}.
 *
 * <p>Contents do not change, and nothing that was written is lost. So at most about {@code keep}
 * bytes and two pieces of the region stay in memory behind the program, and what the operating
 * system has read ahead of it.
 *
 * <p>If the region is {@link Access#READ_WRITE}, writing to the device begins with each piece that
 * was passed, as {@link SyncMode#ASYNC} does. A piece is dropped after at least one more was
 * passed, so its pages are mostly clean by then. If they are not, {@link #passed} waits for the
 * device: a program cannot write faster than the device for long without filling the memory. Data
 * is not durable before {@link MappedRegion#sync()}.
 *
 * <p>Memory is given back in the thread that calls {@link #passed}, and costs some 0.1 ms per MiB.
 * Pages that something else uses stay, as described at {@link Pages#evict()}.
 *
 * <p>One thread at a time may use such an object. A region may have several, for example one for
 * each stream.
 */
public final class DropBehind {
  /** At least as large as any folio that Linux makes of pages of 4 KiB. */
  private static final long PIECE = 8L << 20;

  private final MappedRegion region;
  private final Mapping mapping;
  private final long keep;
  private final boolean writes;

  private long position; // what is before it was passed
  private long started; // what is before it was given to the device
  private long dropped; // what is before it was dropped
  private long evicted;

  DropBehind(MappedRegion region, Mapping mapping, long keep) {
    this.region = region;
    this.mapping = mapping;
    this.keep = keep;
    this.writes = mapping.request().access() == Access.READ_WRITE;
  }

  /**
   * Says that the program has finished with the bytes before an offset, for now. Calls for every
   * few KiB are cheap: most do nothing. A smaller offset than before begins again from there; it
   * drops nothing, and pages behind it stay as they are.
   *
   * @param offset of the first byte with which the program has not finished
   * @throws IndexOutOfBoundsException if the offset is not from zero to the size
   * @throws MmapException see {@link Pages#evict()}
   * @throws IllegalStateException if the region is closed
   */
  public void passed(long offset) throws MmapException {
    Objects.checkFromToIndex(0, offset, region.size());
    if (offset < position) {
      started = offset;
      dropped = offset;
    }
    position = offset;
    long whole = startOfPiece(offset);
    if (writes && whole > started) {
      WriteBack.sync(mapping, started, whole - started, SyncMode.ASYNC, /* invalidate= */ false);
      started = whole;
    }
    // What was given to the device just now needs time to become clean.
    long until =
        startOfPiece(Math.min(offset - Math.min(keep, offset), whole - (writes ? PIECE : 0)));
    if (until > dropped) {
      drop(until);
    } else {
      mapping.requireOpen();
    }
  }

  /**
   * Drops everything that was passed, also the {@code keep} bytes. To be called at the end of a
   * stream.
   *
   * @throws MmapException see {@link Pages#evict()}
   * @throws IllegalStateException if the region is closed
   */
  public void finish() throws MmapException {
    long end = Math.min(position, region.size());
    if (end > dropped) {
      drop(end);
    } else {
      mapping.requireOpen();
    }
  }

  /**
   * Returns how much this object has dropped.
   *
   * @return bytes that have left memory, as {@link Pages#evict()} measures them; zero if the
   *     operating system hides that
   */
  public long evictedBytes() {
    return evicted;
  }

  private void drop(long until) throws MmapException {
    try {
      evicted += Math.max(0, Eviction.evict(mapping, dropped, until - dropped));
      dropped = until;
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /** Returns where the piece of the file begins that an offset lies in. */
  private long startOfPiece(long offset) {
    return offset <= 0 ? 0 : Math.max(0, offset - (mapping.request().offset() + offset) % PIECE);
  }
}
