// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.MmapException;
import io.mmapio.spi.MmapBackend;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a region is inside: where it lies, whether it is open, and the calls on it.
 *
 * <pre>
 *   address         address + lead                  end of a page        end of the addresses
 *   | lead: hidden  | size: what the user sees      | rest: hidden | reserved, to grow into |
 * </pre>
 *
 * <p>Calls of the region run under the shared lock and closing takes the exclusive one: a call in
 * flight finishes first, and none can meet a range that was given back. Whoever reads or writes a
 * view takes no lock: what it touches is mapped memory for as long as the view can be reached.
 */
public final class Mapping {
  final MmapBackend os;
  private final MapSpec spec;
  private final long handle;
  private final AddressRange addresses;
  private final long lead;

  private volatile long size;
  private volatile Allocation allocation;
  private volatile Access access;
  private long reached; // the largest size there was: views of it may be around

  private final StampedLock lock = new StampedLock();
  private volatile boolean open = true; // written under the exclusive lock
  private volatile long trimTo = Long.MAX_VALUE;
  private final @Nullable Throwable creationSite = Trace.here();
  private WatchList.@Nullable Watch
      watch; // of the region, written once, before anybody else sees it

  Mapping(
      MmapBackend os,
      MapSpec spec,
      long handle,
      AddressRange addresses,
      long lead,
      long size,
      Allocation allocation) {
    this.os = os;
    this.spec = spec;
    this.handle = handle;
    this.addresses = addresses;
    this.lead = lead;
    this.size = size;
    this.reached = size;
    this.allocation = allocation;
    this.access = spec.access();
  }

  /**
   * Ends this mapping when the region is collected without having been closed. Views that are still
   * held keep the pages.
   *
   * @param region holds this mapping; this mapping must not hold it
   */
  public void watch(Object region) {
    watch = Reaper.watchRegion(region, this);
  }

  /** The region was, and nobody closed it. */
  void collected() {
    Trace.reportUnclosed(this);
    end(/* closed= */ false);
  }

  /** A call on addresses and the part of the file that is mapped there. */
  @FunctionalInterface
  interface FileCall {
    long on(long from, long bytes, long inFile);
  }

  /** Makes a call for a range, or one for each half that it touches of a mirrored region. */
  long overFile(long start, long bytes, FileCall call) {
    return calling(
        () -> {
          long first = start - addresses.address();
          long half = spec.layout().mirrored() ? size / 2 : Long.MAX_VALUE;
          long before = first < half ? Math.min(bytes, half - first) : 0;
          long inFile = spec.offset() - lead + first;
          long result = before == 0 ? 0 : call.on(start, before, inFile);
          boolean done = result < 0 || before == bytes;
          return done ? result : call.on(start + before, bytes - before, inFile + before - half);
        });
  }

  /**
   * Wraps a range in a buffer.
   *
   * @param offset into the region
   * @param length of the range, inside the region
   * @return a buffer that keeps the pages while it or a view of it can be reached
   */
  public ByteBuffer buffer(long offset, int length) {
    long stamp = lock.readLock();
    try {
      boolean writable = requireViewable();
      ByteBuffer root = os.view(addresses.address() + lead + offset, length);
      addresses.viewAdded(writable);
      // Slices and duplicates hold the buffer they came from, so this one goes last.
      Reaper.watchView(root, addresses, writable);
      return writable ? root : root.asReadOnlyBuffer();
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
    long stamp = lock.readLock();
    try {
      boolean writable = requireViewable();
      // The segment's arena knows when it is collected, and tells by enqueueing the watch.
      WatchList.Watch watch = Reaper.watchView(this, addresses, writable);
      addresses.viewAdded(writable);
      return Segments.create(addresses.address() + lead, size, !writable, watch::enqueue);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private boolean requireViewable() {
    requireOpen();
    if (access == Access.NONE) {
      throw new UnsupportedOperationException(
          "a region with Access.NONE has no views: touching them would end the JVM");
    }
    return access != Access.READ_ONLY;
  }

  /**
   * Changes what may be done with the pages. A view that is out and can do more than that would end
   * the JVM when it does, so there must be none.
   *
   * @param to less than what was mapped, or that again
   * @throws MmapException if the OS fails
   * @throws IllegalArgumentException if it is more than was mapped
   * @throws IllegalStateException if such views can still be reached
   */
  public void protect(Access to) throws MmapException {
    boolean less = to == Access.NONE || (to == Access.READ_ONLY && spec.access() != Access.NONE);
    if (!less && to != spec.access()) {
      throw new IllegalArgumentException(
          "a region mapped with " + spec.access() + " cannot become " + to);
    }
    long result = 0;
    long stamp = lock.writeLock();
    try {
      requireOpen();
      int inTheWay = inTheWayOf(to);
      if (inTheWay > 0) {
        throw new IllegalStateException(
            inTheWay
                + " views that could do more than "
                + to
                + " can still be reached, or were not collected yet: "
                + describe());
      }
      long bytes = to == access ? 0 : mapped(size);
      result = bytes == 0 ? 0 : os.protect(addresses.address(), bytes, to);
      access = result < 0 ? access : to;
    } finally {
      lock.unlockWrite(stamp);
    }
    errors().check("protect", result, 0, size);
  }

  private int inTheWayOf(Access to) {
    return switch (to) {
      case NONE -> addresses.views();
      case READ_ONLY -> addresses.writableViews();
      default -> 0;
    };
  }

  /**
   * Lets the file go. Waits for calls in flight, for no reader; the second time it does nothing.
   */
  public void close() {
    if (watch != null) {
      watch.cancel();
    }
    end(/* closed= */ true);
  }

  /** Takes back what mapping did, but for the handle, whose owner does that itself. */
  void abort() {
    addresses.giveBack();
  }

  private void end(boolean closed) {
    Span span = Span.begin(Span.Kind.CLOSE);
    String name = span == null ? "" : name();
    long result = 0;
    long stamp = lock.writeLock();
    try {
      if (!open) {
        return;
      }
      open = false;
      result = addresses.regionLeaves(closed ? mapped(reached) : 0);
      if (closed && result >= 0) {
        result = trim();
      }
      if (handle != MmapBackend.NO_HANDLE) {
        // Nothing was written through it, so there is no write that its error could be about.
        os.release(handle);
      }
    } finally {
      lock.unlockWrite(stamp);
    }
    if (span != null) {
      span.end(name, 0, size, result);
    }
    if (closed && result < 0) {
      Errors errors = new Errors(os, spec.source(), MmapBackend.NO_HANDLE); // it is released
      throw new UncheckedIOException(errors.of("close", result, 0, size));
    }
  }

  /** A file that reaches beyond the region was extended by somebody else and is left alone. */
  private long trim() {
    long keep = trimTo;
    if (keep >= size) {
      return 0;
    }
    long fileSize = os.size(handle);
    boolean ours = fileSize > spec.offset() + keep && fileSize <= spec.offset() + size;
    return ours ? os.truncate(handle, spec.offset() + keep) : Math.min(fileSize, 0);
  }

  /**
   * Has closing cut off what was not used.
   *
   * @param used bytes of the region to keep
   */
  public void trimOnClose(long used) {
    requireFileWritable("trimming");
    calling(() -> trimTo = used);
  }

  /** Makes a call on the OS while nobody can close. */
  long calling(LongSupplier call) {
    long stamp = lock.readLock();
    try {
      requireOpen();
      return call.getAsLong();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  void requireOpen() {
    if (!open) {
      throw new IllegalStateException("the region is closed: " + describe());
    }
  }

  void requireFileWritable(String what) {
    if (!isShared() || spec.access() != Access.READ_WRITE) {
      throw new UnsupportedOperationException(
          what + " is for files that are mapped with Access.READ_WRITE, not for " + describe());
    }
  }

  /** Whether changes are the file's. */
  boolean isShared() {
    return handle != MmapBackend.NO_HANDLE && spec.access() != Access.COPY_ON_WRITE;
  }

  long address() {
    return addresses.address();
  }

  long lead() {
    return lead;
  }

  long handle() {
    return handle;
  }

  /** Where the first page of a range begins. */
  long start(long offset) {
    return (addresses.address() + lead + offset) & -os.pageSize();
  }

  /** From there to where its last page ends. */
  long span(long offset, long length) {
    if (length == 0) {
      return 0;
    }
    long page = os.pageSize();
    long end = (addresses.address() + lead + offset + length + page - 1) & -page;
    return end - start(offset);
  }

  /** What the pages of this region are the size of. */
  long unit() {
    return Math.max(os.pageSize(), spec.layout().hugePage());
  }

  /** How many bytes of addresses a size takes, whole pages. */
  long mapped(long size) {
    return size == 0 ? 0 : (lead + size + unit() - 1) & -unit();
  }

  /** Publishes a new size, after the pages are there. */
  void resized(long to, Allocation with) {
    reached = Math.max(reached, to);
    allocation = with;
    size = to;
  }

  /**
   * Returns a path of the open file.
   *
   * @return empty where there is none
   */
  public Optional<Path> descriptorPath() {
    requireOpen();
    Path path = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd", "" + handle);
    return handle >= 0 && Platform.isLinux() && Files.exists(path)
        ? Optional.of(path)
        : Optional.empty();
  }

  Errors errors() {
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
   * Returns what may be done with the bytes now.
   *
   * @return as mapped, or as {@link #protect} left it
   */
  public Access access() {
    return access;
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
   * @return as found when mapping or growing
   */
  public Allocation allocation() {
    return allocation;
  }

  /**
   * Returns what people call the file.
   *
   * @return its name, or a word
   */
  public String name() {
    String name = spec.source().name(open ? handle : MmapBackend.NO_HANDLE);
    return name == null ? "file" : name;
  }

  /**
   * Returns where the region was mapped.
   *
   * @return a stack trace, null unless {@link Trace} is on
   */
  public @Nullable Throwable creationSite() {
    return creationSite;
  }

  /**
   * Returns a few words for people to read.
   *
   * @return source, range, access and whether it is open
   */
  public String describe() {
    return name() + " " + spec.offset() + "+" + size + " " + access + (open ? "" : " closed");
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
