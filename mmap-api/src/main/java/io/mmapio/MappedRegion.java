// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.Resizer;
import io.mmapio.internal.pages.AdviceOperation;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.views.Protection;
import io.mmapio.internal.views.Segments;
import io.mmapio.internal.views.Views;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A range of a file in memory, or memory of no file. What the JDK's buffers cannot do is here; the
 * bytes are in the views.
 *
 * <p>Offsets count from the start of the region, lengths are in bytes, and both may have any value
 * that lies inside: they are rounded outwards to whole pages where the operating system wants
 * pages. Every method may be called from any thread. After {@link #close()} every method that does
 * something throws {@link IllegalStateException}.
 */
public final class MappedRegion implements AutoCloseable {
  private final Mapping mapping;
  private final Views views;

  // The methods below fence this object in: the collector may take it while the last call on it is
  // still at work, and would end the mapping under that call.

  MappedRegion(Mapping mapping) {
    this.mapping = mapping;
    this.views = new Views(mapping);
    mapping.watch(this);
  }

  /**
   * Returns the size of this region.
   *
   * @return bytes, zero or more; also after {@link #close()}; twice the range if it is {@linkplain
   *     MapOptions#mirrored() mirrored}
   */
  public long size() {
    return mapping.size();
  }

  /**
   * Returns what may be done with the bytes.
   *
   * @return as mapped, or as {@link #protect} left it; also after {@link #close()}
   */
  public Access access() {
    return mapping.access();
  }

  /**
   * Tells whether the file has storage for every page of this region.
   *
   * @return as found when mapping and growing; also after {@link #close()}
   */
  public Allocation allocation() {
    return mapping.allocation();
  }

  /**
   * Tells whether this region is open.
   *
   * @return false once {@link #close()} was called
   */
  public boolean isOpen() {
    return mapping.isOpen();
  }

  /**
   * Returns the whole region as a buffer.
   *
   * @return see {@link #buffer(long, long)}
   * @throws IllegalArgumentException if the region is larger than {@link Integer#MAX_VALUE} bytes
   * @throws UnsupportedOperationException if it was mapped with {@link Access#NONE}
   * @throws IllegalStateException if it is closed
   */
  public ByteBuffer buffer() {
    return buffer(0, size());
  }

  /**
   * Returns a window of the region as a buffer: direct, big-endian as every new ByteBuffer,
   * read-only if the region is. Windows may overlap. A window costs about what a slice of a {@code
   * MappedByteBuffer} costs, unless it is longer than 1 GiB.
   *
   * <p>The buffer keeps the memory: it may be used after the region became unreachable. After
   * {@link #close()} it reads zeros and what is written to it is lost; a system call that is given
   * it, such as a channel's write, may fail on Windows.
   *
   * <p>The buffer is a {@link java.nio.MappedByteBuffer}, so code that expects one works: {@code
   * force()} writes back as the JDK does (see msync(2)), {@code load()} and {@code isLoaded()} ask
   * the operating system. Prefer {@link #sync()} and {@link #incore()}: {@code force()} does not
   * know of an earlier {@linkplain #sync(long, long, SyncMode, SyncOption...) failed sync}, of
   * {@linkplain MapOptions#guarded() lost pages}, or that the region was closed, and {@code
   * isLoaded()} is true where the operating system hides the truth. A buffer cannot be unmapped by
   * itself: {@code Unsafe.invokeCleaner} refuses it as it refuses every slice.
   *
   * <p>On JDK 22 and later {@code MemorySegment.ofBuffer(buffer).unload()} of <em>private</em>
   * memory ({@link Access#COPY_ON_WRITE}, anonymous) throws away what was written, as it does for
   * the private mappings of {@code FileChannel.map}. The segments of {@link #as(Class)} refuse
   * that.
   *
   * @param offset of the first byte
   * @param length in bytes, at most {@link Integer#MAX_VALUE}
   * @return a new buffer at position 0, its limit and capacity the length
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws IllegalArgumentException if the length is over {@link Integer#MAX_VALUE}
   * @throws UnsupportedOperationException if the region was mapped with {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   */
  public ByteBuffer buffer(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    if (length > Integer.MAX_VALUE) {
      throw tooLong(length);
    }
    try {
      return views.buffer(offset, (int) length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static IllegalArgumentException tooLong(long length) {
    return new IllegalArgumentException(
        "a ByteBuffer has at most "
            + Integer.MAX_VALUE
            + " bytes, not "
            + length
            + ": take windows with buffer(offset, length), or as(MemorySegment.class) on JDK 22+");
  }

  /**
   * Returns the whole region as a view of the given type.
   *
   * @param <T> the type of the view
   * @param type its class
   * @return see {@link #as(Class, long, long)}
   * @throws UnsupportedOperationException if this JDK has no such view, or the region was mapped
   *     with {@link Access#NONE}
   * @throws IllegalArgumentException if the region is too large for the type
   * @throws IllegalStateException if the region is closed
   */
  public <T> T as(Class<T> type) {
    return as(type, 0, size());
  }

  /**
   * Returns a range of the region as a view of the given type: {@link ByteBuffer}, or on JDK 22 and
   * later {@code java.lang.foreign.MemorySegment} of any size. Makes no view of the rest.
   *
   * <p>A segment may be used by every thread and has no arena that must be closed. Like a buffer,
   * it and all that is made of it (slices, buffers, reinterpreted segments) keep the memory, and
   * read zeros after {@link #close()}.
   *
   * <p>The segment of a {@link Access#READ_ONLY} or {@link Access#READ_WRITE} region of a file is
   * {@code isMapped()}: {@code force()}, {@code load()}, {@code unload()} and {@code isLoaded()}
   * work, with the limits that {@link #buffer(long, long)} names. A segment of private memory is
   * not: these methods throw {@code UnsupportedOperationException}, as {@code unload()} would throw
   * away what was written.
   *
   * @param <T> the type of the view
   * @param type its class
   * @param offset of the first byte
   * @param length in bytes
   * @return a new view
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws UnsupportedOperationException if this JDK has no such view, or the region was mapped
   *     with {@link Access#NONE}
   * @throws IllegalArgumentException if the range is too large for the type
   * @throws IllegalStateException if the region is closed
   */
  public <T> T as(Class<T> type, long offset, long length) {
    if (type == ByteBuffer.class) {
      return type.cast(buffer(offset, length));
    }
    requireSegment(type);
    return segment(type, offset, length, null);
  }

  /**
   * Returns a range of the region as a {@code MemorySegment} with the lifetime of an arena: when
   * the arena is closed, using the segment throws {@code IllegalStateException} instead of reading
   * zeros. Close the arena first, then the region: a segment whose region is closed reads zeros
   * until its arena is closed. The arena keeps the memory, not the region: it may be closed before
   * or after.
   *
   * <p>Each access then checks the arena, as it does in a segment of {@code FileChannel.map}, and
   * closing an arena of {@code Arena.ofShared()} stops every thread for a moment: see {@code
   * Arena.close()}. Making the segment adds an entry to the arena.
   *
   * @param <T> the type of the view
   * @param type {@code java.lang.foreign.MemorySegment}
   * @param offset of the first byte
   * @param length in bytes
   * @param arena a {@code java.lang.foreign.Arena}
   * @return a new segment, as {@link #as(Class, long, long)} makes it
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws UnsupportedOperationException if this JDK has no such view, or the region was mapped
   *     with {@link Access#NONE}
   * @throws IllegalArgumentException if it is not an arena
   * @throws IllegalStateException if the region or the arena is closed
   */
  public <T> T as(Class<T> type, long offset, long length, AutoCloseable arena) {
    Objects.requireNonNull(arena, "arena");
    mapping.requireOpen();
    requireSegment(type);
    return segment(type, offset, length, arena);
  }

  private <T> T segment(Class<T> type, long offset, long length, @Nullable AutoCloseable arena) {
    Objects.checkFromIndexSize(offset, length, size());
    try {
      return type.cast(views.segment(offset, length, arena));
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  private static void requireSegment(Class<?> type) {
    if (!Segments.isSegment(type)) {
      throw new UnsupportedOperationException(
          "no such view of type "
              + type.getName()
              + " on Java "
              + Runtime.version().feature()
              + ": there are java.nio.ByteBuffer and, since Java 22,"
              + " java.lang.foreign.MemorySegment");
    }
  }

  /**
   * Returns where the region begins in memory, for native code: a pointer to its first byte.
   *
   * <p>The address is good while the region is open, and after that while a view of the region can
   * be reached. Keep the region reachable while native code uses the address, for example by {@link
   * Reference#reachabilityFence}: an unreachable region is unmapped. Nothing checks what native
   * code does there. A touch of a page that is not available ends the JVM, unless the region is
   * {@linkplain MapOptions#guarded() guarded}.
   *
   * @return the address of the byte at offset 0, not always the start of a page; zero if the region
   *     is empty
   * @throws IllegalStateException if the region is closed
   */
  public long address() {
    return mapping.startOfRegion();
  }

  /**
   * Gives advice for the whole region.
   *
   * @param advice what use is to be expected
   * @return whether the operating system took it
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public AdviceOutcome advise(Advice advice) throws MmapException {
    return advise(0, size(), advice);
  }

  /**
   * Gives advice for every page that a range touches. See madvise(2).
   *
   * @param offset of the first byte
   * @param length in bytes
   * @param advice what use is to be expected
   * @return whether the operating system took it
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public AdviceOutcome advise(long offset, long length, Advice advice) throws MmapException {
    Objects.checkFromIndexSize(offset, length, size());
    Objects.requireNonNull(advice, "advice");
    try {
      return AdviceOperation.advise(mapping, offset, length, advice);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Gives advice for every page that many ranges touch, in one native call: for example {@link
   * Advice#WILLNEED} for the next few dozen random reads.
   *
   * @param offsets of the first byte of each range
   * @param length of each range in bytes
   * @param advice what use is to be expected
   * @return whether the operating system took it for all of them
   * @throws IndexOutOfBoundsException if a range is not inside the region; then no advice is given
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public AdviceOutcome advise(long[] offsets, long length, Advice advice) throws MmapException {
    long[] checked = offsets.clone();
    long size = size();
    for (long offset : checked) {
      Objects.checkFromIndexSize(offset, length, size);
    }
    Objects.requireNonNull(advice, "advice");
    try {
      return AdviceOperation.adviseAll(mapping, checked, length, advice);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes all changes durable: {@link SyncMode#DURABLE}.
   *
   * @throws MmapException if the operating system fails: what was written may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync() throws MmapException {
    sync(SyncMode.DURABLE);
  }

  /**
   * Writes all changes to the file.
   *
   * @param mode how far they must have come
   * @param options what else to do
   * @throws MmapException if the operating system fails: what was written may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync(SyncMode mode, SyncOption... options) throws MmapException {
    sync(0, size(), mode, options);
  }

  /**
   * Makes the changes to a range durable: {@link SyncMode#DURABLE}.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system fails: what was written may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync(long offset, long length) throws MmapException {
    sync(offset, length, SyncMode.DURABLE);
  }

  /**
   * Writes the changes to every page that a range touches to the file. Nothing is written, and
   * nothing fails, unless the region is a file's and {@link Access#READ_WRITE}. See msync(2).
   *
   * <p>Once a sync has failed to write pages, for example for EIO or ENOSPC, every later sync of
   * the region fails too: the operating system no longer knows which pages they were, and would
   * report success.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @param mode how far they must have come
   * @param options what else to do
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system fails: what was written may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync(long offset, long length, SyncMode mode, SyncOption... options)
      throws MmapException {
    Objects.checkFromIndexSize(offset, length, size());
    Objects.requireNonNull(mode, "mode");
    boolean invalidate = List.of(options).contains(SyncOption.INVALIDATE);
    try {
      WriteBack.sync(mapping, offset, length, mode, invalidate);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells which pages of the region are in memory at this moment.
   *
   * @return see {@link #incore(long, long)}
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public Residency incore() throws MmapException {
    return incore(0, size());
  }

  /**
   * Tells which pages that a range touches are in memory. The answer was true for each page when it
   * was asked about; pages come and go meanwhile. See mincore(2).
   *
   * <p>Where the operating system hides the truth from this process every page is {@link
   * PageState#UNKNOWN}: Linux reports all pages of a file as resident to a process that neither
   * owns it nor may write it. Windows tells of the process's working set, not of the file cache: a
   * page that only the cache holds is {@link PageState#ABSENT} there. See QueryWorkingSetEx.
   *
   * <p>That the truth is visible is remembered for one second: if the file's owner or mode changes
   * so that Linux begins to hide it, pages may be reported resident for that long.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return page 0 of it is the one that holds the first byte of the range; a bit of memory for
   *     each page at most, far less where long stretches are all resident or all absent
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed, also if that happens in the middle
   */
  public Residency incore(long offset, long length) throws MmapException {
    Objects.checkFromIndexSize(offset, length, size());
    try {
      Residency.Recorder recorder =
          new Residency.Recorder(ResidencyScan.isResidencyVisible(mapping));
      ResidencyScan.scan(mapping, offset, length, recorder);
      return recorder.finished();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Tells whether all pages of the region are in memory.
   *
   * @return see {@link #isResident(long, long)}
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public boolean isResident() throws MmapException {
    return isResident(0, size());
  }

  /**
   * Tells whether all pages that a range touches are in memory. Stops at the first that is not. See
   * {@link #incore(long, long)}, whose limits hold here too.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return whether they are all known to be resident; false if the operating system hides the
   *     truth
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system fails
   * @throws IllegalStateException if the region is closed
   */
  public boolean isResident(long offset, long length) throws MmapException {
    Objects.checkFromIndexSize(offset, length, size());
    try {
      return ResidencyScan.isResident(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns all pages, for what can be done with pages.
   *
   * @return see {@link #pages(long, long)}
   */
  public Pages pages() {
    return pages(0, size());
  }

  /**
   * Returns the pages that a range touches: to populate, lock, discard, evict or count them.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return the range as it is now, whatever the size of the region becomes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   */
  public Pages pages(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return new Pages(this, mapping, offset, length);
  }

  /**
   * Returns access that throws an exception where a view would fault.
   *
   * @return slower than a view, for files that may lose pages
   */
  public CheckedAccess checked() {
    return new CheckedAccess(this, mapping);
  }

  /**
   * Changes what may be done with the bytes: to {@link Access#READ_ONLY}, which seals the region,
   * to {@link Access#NONE}, or back to what it was mapped with. New views follow it. See
   * mprotect(2).
   *
   * <p>A view that could do more than is allowed would end the JVM when it does, so this is refused
   * until the collector has found all of them: drop them, and where it matters call {@link
   * System#gc()}.
   *
   * @param access what may be done from now on
   * @throws IllegalArgumentException if it is more than the region was mapped with
   * @throws IllegalStateException if writable views, or for {@link Access#NONE} any views, can
   *     still be reached, or the region is closed
   * @throws MmapException if the operating system fails
   */
  public void protect(Access access) throws MmapException {
    Objects.requireNonNull(access, "access");
    try {
      Protection.protect(mapping, views, access);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns how large the region can grow.
   *
   * @return bytes: {@link MapOptions#capacity}, or the size; also after {@link #close()}
   */
  public long capacity() {
    return Math.max(size(), mapping.request().layout().capacity());
  }

  /**
   * Makes the region larger where it is: no view moves, none dies, and no page that is there is
   * faulted again; readers and writers go on meanwhile. A {@link Access#READ_WRITE} region extends
   * its file, with storage before size unless mapped {@link MapOptions#sparse() sparse}; any other
   * shows what the file has gained. Advice, locking and populating of the options are applied to
   * what is new. Views of the new part are taken anew.
   *
   * @param size in bytes, from the present size to {@link #capacity()}
   * @throws IllegalArgumentException if the size is less than the present one, or over the capacity
   * @throws MmapException if the disk is full, the file ends before that, or the operating system
   *     refuses; the region and the file are then as before
   * @throws IOException if the file cannot be extended
   * @throws IllegalStateException if the region is closed, or {@linkplain #protect protected}
   */
  public void grow(long size) throws IOException {
    try {
      Resizer.grow(mapping, size, StartOptions::apply);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes the region smaller where it is, and its file: what was behind the new end is lost. A view
   * that reaches behind it reads zeros there, until the region grows again. For regions mapped with
   * {@link MapOptions#capacity}.
   *
   * @param size in bytes, from zero to the present size
   * @throws IllegalArgumentException if it is more than the present size
   * @throws UnsupportedOperationException if the region cannot shrink: see {@link Feature#SHRINK}
   * @throws MmapException if the file goes on behind the region, or the operating system refuses;
   *     the region and the file are then as before
   * @throws IllegalStateException if the region is closed, or {@linkplain #protect protected}
   */
  public void shrink(long size) throws MmapException {
    try {
      Resizer.shrink(mapping, size);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Has {@link #close()} cut off what was not used, so that a file can be extended generously and
   * end where its contents do. The last call counts. A file that reaches beyond the region when it
   * is closed is left alone, and so is every file of a region that nobody closes.
   *
   * @param used bytes of the region to keep
   * @throws IndexOutOfBoundsException if that is not from zero to the size
   * @throws UnsupportedOperationException if the region is not a file's with {@link
   *     Access#READ_WRITE}
   * @throws IllegalStateException if the region is closed
   */
  public void trimOnClose(long used) {
    Objects.checkFromToIndex(0, used, size());
    mapping.trimOnClose(used);
  }

  /**
   * Returns a path by which other processes can open what this region maps while it is open, also
   * what has no name: sealed memory, a deleted file. See proc_pid_fd(5).
   *
   * @return empty for anonymous memory, and on other systems than Linux
   * @throws IllegalStateException if the region is closed
   */
  public Optional<Path> descriptorPath() {
    return mapping.descriptorPath();
  }

  /**
   * Lets the file go: afterwards it can be truncated, renamed or deleted on every system. Waits for
   * calls of this region that are under way in other threads, and for no reader of its views. Does
   * not sync. Cuts the file if {@link #trimOnClose} said so. Closing again does nothing.
   *
   * @throws java.io.UncheckedIOException if the operating system refuses, which is known only where
   *     address space or mappings have run out, if the file could not be cut, or if the region is
   *     {@linkplain MapOptions#guarded() guarded} and has lost a page; the region counts as closed
   *     all the same
   */
  @Override
  public void close() {
    mapping.close();
  }

  @Override
  public String toString() {
    return "MappedRegion[" + mapping.describe() + "]";
  }
}
