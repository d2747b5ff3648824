// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.Advice;
import io.mmapio.AdviceOutcome;
import io.mmapio.Allocation;
import io.mmapio.MmapException;
import io.mmapio.SyncMode;
import io.mmapio.spi.MmapBackend;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One range of addresses and who holds it: the region until it is closed or collected, and every
 * view until it is collected. The last holder gives the range back.
 *
 * <pre>
 *   address         address + lead                  end of a page
 *   | lead: hidden  | size: what the user sees      | rest: hidden |
 * </pre>
 *
 * <p>Calls of the region run under the shared lock and closing takes the exclusive one: a call in
 * flight finishes first, and none can meet a range that was given back. Whoever reads or writes a
 * view takes no lock: what it touches is mapped memory for as long as the view can be reached.
 */
public final class Mapping {
  /** What lies at the addresses when the last holder leaves. */
  private enum Remains {
    MAPPED,
    TOMBSTONE,
    UNKNOWN
  }

  private final MmapBackend os;
  private final MapSpec spec;
  private final long handle;
  private final long address;
  private final long lead;
  private final long size;
  private final Allocation allocation;

  private final StampedLock lock = new StampedLock();
  private final AtomicInteger holders = new AtomicInteger(1); // the region and its views
  private volatile boolean open = true; // written under the exclusive lock
  private Reaper.@Nullable Watch watch; // of the region, written once, before anybody else sees it
  private Remains remains = Remains.MAPPED; // written before the region leaves the holders

  Mapping(
      MmapBackend os,
      MapSpec spec,
      long handle,
      long address,
      long lead,
      long size,
      Allocation allocation) {
    this.os = os;
    this.spec = spec;
    this.handle = handle;
    this.address = address;
    this.lead = lead;
    this.size = size;
    this.allocation = allocation;
  }

  /** Nothing at all is mapped for zero bytes; every call then has nothing to do. */
  static Mapping empty(MmapBackend os, MapSpec spec, long handle, Allocation allocation) {
    return new Mapping(os, spec, handle, 0, 0, 0, allocation);
  }

  /**
   * Ends this mapping when the region is collected without having been closed. Views that are still
   * held keep the pages.
   *
   * @param region holds this mapping; this mapping must not hold it
   */
  public void watch(Object region) {
    watch = Reaper.watch(region, () -> end(/* entomb= */ false));
  }

  /**
   * Advises the pages that a range touches.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @param advice to give
   * @return whether the OS took it
   * @throws MmapException if the OS fails
   */
  public AdviceOutcome advise(long offset, long length, Advice advice) throws MmapException {
    boolean changesContents = advice == Advice.DONTNEED && !isShared();
    long result =
        calling(
            () -> {
              if (length == 0 || changesContents) {
                return changesContents ? MmapBackend.IGNORED : os.advise(0, 0, advice);
              }
              return os.advise(start(offset), span(offset, length), advice);
            });
    check("advise", result, offset, length);
    return result == MmapBackend.APPLIED ? AdviceOutcome.APPLIED : AdviceOutcome.IGNORED;
  }

  /**
   * Writes back the pages that a range touches. There is nothing to do unless they are shared with
   * a file and writable.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @param mode how far
   * @param invalidate whether other mappings are to drop what is stale
   * @throws MmapException if the OS fails
   */
  public void sync(long offset, long length, SyncMode mode, boolean invalidate)
      throws MmapException {
    boolean nothing = length == 0 || !isShared() || spec.access() != Access.READ_WRITE;
    long result =
        calling(
            () -> {
              if (nothing) {
                return 0;
              }
              long start = start(offset);
              long inFile = spec.offset() - lead + (start - address);
              return os.sync(handle, start, span(offset, length), inFile, mode, invalidate);
            });
    check("sync", result, offset, length);
  }

  /**
   * Tells whether {@link #scan} finds the truth.
   *
   * @return false if the OS hides residency from this process
   * @throws MmapException if the OS fails
   */
  public boolean isResidencyVisible() throws MmapException {
    long result = calling(() -> size == 0 ? 1 : os.residencyVisible(handle));
    return check("incore", result, 0, size) == 1;
  }

  /** Takes the residency of some pages, those before it having been given already. */
  @FunctionalInterface
  public interface PageScanner {
    /**
     * Takes the next pages.
     *
     * @param bits bit {@code i % 64} of element {@code i / 64} is set if page {@code i} is in
     *     memory; reused after the call
     * @param pages how many of the bits count
     */
    void accept(long[] bits, int pages);
  }

  /**
   * Walks the residency of the pages that a range touches, in steps of bounded memory. Closing can
   * get in between two steps.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @param scanner is given every step
   * @throws MmapException if the OS fails
   */
  public void scan(long offset, long length, PageScanner scanner) throws MmapException {
    long[] bits = new long[MmapBackend.RESIDENT_WORDS];
    long step = (long) Long.SIZE * bits.length * os.pageSize();
    long start = start(offset);
    long left = span(offset, length);
    while (left > 0) {
      long from = start;
      long bytes = Math.min(left, step);
      check("incore", calling(() -> os.resident(from, bytes, bits)), offset, length);
      scanner.accept(bits, (int) (bytes / os.pageSize()));
      start += bytes;
      left -= bytes;
    }
  }

  /**
   * Wraps a range in a buffer.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @return a buffer that keeps the pages while it or a view of it can be reached
   */
  public ByteBuffer buffer(long offset, int length) {
    requireAccessible();
    long stamp = lock.readLock();
    try {
      requireOpen();
      ByteBuffer root = os.view(address + lead + offset, length);
      holders.incrementAndGet();
      // Slices and duplicates hold the buffer they came from, so this one goes last.
      Reaper.watch(root, this::leave);
      return spec.access() == Access.READ_ONLY ? root.asReadOnlyBuffer() : root;
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Wraps the whole region in a {@code MemorySegment}, on a JDK that {@linkplain Segments#isSegment
   * has} them.
   *
   * @return a segment that keeps the pages while it or a slice of it can be reached
   * @throws UnsupportedOperationException if the region has no views
   */
  public Object segment() {
    requireAccessible();
    long stamp = lock.readLock();
    try {
      requireOpen();
      boolean readOnly = spec.access() == Access.READ_ONLY;
      // The segment's arena knows when it is collected, and tells by enqueueing the watch.
      Reaper.Watch watch = Reaper.watch(this, this::leave);
      holders.incrementAndGet();
      return Segments.create(address + lead, size, readOnly, watch::enqueue);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Lets the file go. Waits for calls in flight, for no reader; the second time it does nothing.
   */
  public void close() {
    if (watch != null) {
      watch.cancel();
    }
    end(/* entomb= */ true);
  }

  /** Takes back what mapping did, but for the handle, whose owner does that itself. */
  void abort() {
    giveBack();
  }

  private void end(boolean entomb) {
    long result = 0;
    long stamp = lock.writeLock();
    try {
      if (!open) {
        return;
      }
      open = false;
      if (handle != MmapBackend.NO_HANDLE) {
        // Nothing was written through it, so there is no write that its error could be about.
        os.release(handle);
      }
      // Under this lock no view is added. One may go, but the last to leave is the one that acts.
      if (holders.get() == 1) {
        holders.set(0);
        result = giveBack();
      } else {
        result = entomb ? entomb() : 0;
        leave();
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    if (entomb && result < 0) {
      Errors errors = new Errors(os, spec.source(), MmapBackend.NO_HANDLE); // it is released
      throw new UncheckedIOException(errors.of("close", result, 0, size));
    }
  }

  private long entomb() {
    if (size == 0) {
      return 0;
    }
    long result = os.entomb(address, lead + size);
    if (result < 0) {
      remains = Remains.UNKNOWN;
    } else {
      remains = Remains.TOMBSTONE;
      Tombstones.added(span(-lead, lead + size));
    }
    return result;
  }

  /** Addresses that many regions left are given back together: see {@link Reaper}. */
  private void leave() {
    if (holders.decrementAndGet() > 0 || size == 0) {
      return;
    }
    switch (remains) {
      case MAPPED -> giveBack();
      case TOMBSTONE -> Tombstones.abandoned(os, address, span(-lead, lead + size));
      case UNKNOWN -> {
        // Somebody else may be there by now: addresses that stay taken are the lesser evil.
      }
    }
  }

  private long giveBack() {
    return size == 0 ? 0 : os.unmap(address, lead + size);
  }

  private long calling(LongSupplier call) {
    long stamp = lock.readLock();
    try {
      requireOpen();
      return call.getAsLong();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the region is closed: " + describe());
    }
  }

  private void requireAccessible() {
    if (spec.access() == Access.NONE) {
      throw new UnsupportedOperationException(
          "a region mapped with Access.NONE has no views: touching them would end the JVM");
    }
  }

  private boolean isShared() {
    return handle != MmapBackend.NO_HANDLE && spec.access() != Access.COPY_ON_WRITE;
  }

  /** Where the first page of a range begins. */
  private long start(long offset) {
    return (address + lead + offset) & -os.pageSize();
  }

  /** From there to where its last page ends. */
  private long span(long offset, long length) {
    if (length == 0) {
      return 0;
    }
    long page = os.pageSize();
    long end = (address + lead + offset + length + page - 1) & -page;
    return end - start(offset);
  }

  private long check(String call, long result, long offset, long length) throws MmapException {
    return errors().check(call, result, offset, length);
  }

  private Errors errors() {
    return new Errors(os, spec.source(), handle);
  }

  /**
   * Returns what the mapping was made from.
   *
   * @return as given
   */
  public MapSpec spec() {
    return spec;
  }

  /**
   * Returns the size of the region.
   *
   * @return bytes
   */
  public long size() {
    return size;
  }

  /**
   * Returns what became of the file's storage.
   *
   * @return as found when mapping
   */
  public Allocation allocation() {
    return allocation;
  }

  /**
   * Returns a few words for people to read.
   *
   * @return source, range, access and whether it is open
   */
  public String describe() {
    String name = spec.source().name(open ? handle : MmapBackend.NO_HANDLE);
    return (name == null ? "file" : name)
        + " "
        + spec.offset()
        + "+"
        + size
        + " "
        + spec.access()
        + (open ? "" : " closed");
  }

  /**
   * Tells whether the region is open.
   *
   * @return false once closed
   */
  public boolean isOpen() {
    return open;
  }
}
