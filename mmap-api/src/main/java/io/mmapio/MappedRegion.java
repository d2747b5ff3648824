// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.fetch.Fetching;
import io.mmapio.internal.mapping.ChangeTracking;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.mapping.Resizer;
import io.mmapio.internal.pages.AdviceOperation;
import io.mmapio.internal.pages.BulkCopy;
import io.mmapio.internal.pages.ChannelTransfer;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.internal.pages.ResidencyScan;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.pages.WriteBack;
import io.mmapio.internal.views.Protection;
import io.mmapio.internal.views.Segments;
import io.mmapio.internal.views.Views;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A mapped range of a file, or mapped anonymous memory. A region advises, syncs, reports residency,
 * grows and closes the mapping. The bytes are read and written through views: {@link ByteBuffer},
 * or {@code java.lang.foreign.MemorySegment} on JDK 22 and later.
 *
 * <p>Offsets count from the start of the region. Lengths are in bytes. Both may have any value
 * inside the region; where the operating system needs whole pages, ranges are rounded outwards.
 * Every method may be called from any thread. After {@link #close()}, every method that operates on
 * the mapping throws {@link IllegalStateException}.
 */
public final class MappedRegion implements AutoCloseable {
  private final Mapping mapping;
  private final Views views;
  private @Nullable BulkCopy copies; // made by the first call; two threads may make one each

  // The methods below end with a reachability fence. Without it, the garbage collector may collect
  // this object during the last call on it, and the mapping would be unmapped under that call.

  MappedRegion(Mapping mapping) {
    this.mapping = mapping;
    this.views = new Views(mapping);
    mapping.watch(this);
  }

  /** What this region is inside. Keep the region reachable while it is used. */
  Mapping mapping() {
    return mapping;
  }

  /**
   * Returns the size of this region.
   *
   * @return bytes, zero or more; twice the range if the region is {@linkplain MapOptions#mirrored()
   *     mirrored}; may be called after {@link #close()}
   */
  public long size() {
    return mapping.size();
  }

  /**
   * Returns how the bytes may be accessed.
   *
   * @return the access that was mapped, or that {@link #protect} has set; may be called after
   *     {@link #close()}
   */
  public Access access() {
    return mapping.access();
  }

  /**
   * Tells whether the file has storage for every page of this region.
   *
   * @return the result of mapping or of the last growth; may be called after {@link #close()}
   */
  public Allocation allocation() {
    return mapping.allocation();
  }

  /**
   * Tells whether this region is open.
   *
   * @return false once {@link #close()} has been called
   */
  public boolean isOpen() {
    return mapping.isOpen();
  }

  /**
   * Returns the whole region as a buffer.
   *
   * @return see {@link #buffer(long, long)}
   * @throws IllegalArgumentException if the region is larger than {@link Integer#MAX_VALUE} bytes
   * @throws UnsupportedOperationException if the region was mapped with {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   */
  public ByteBuffer buffer() {
    return buffer(0, size());
  }

  /**
   * Returns a range of the region as a direct buffer. The buffer is big-endian, as every new
   * ByteBuffer, and read-only if the region is read-only. Buffers may overlap. Creating a buffer
   * costs about as much as slicing a {@code MappedByteBuffer}, unless the range is longer than 1
   * GiB.
   *
   * <p>The buffer keeps the memory mapped, even after the region has become unreachable. After
   * {@link #close()}, the buffer reads zeros, and what is written to it is lost. A system call that
   * receives the buffer then, such as a channel's write, may fail on Windows.
   *
   * <p>The buffer is a {@link java.nio.MappedByteBuffer}. Its {@code force()} writes back as the
   * JDK does (see msync(2)); {@code load()} and {@code isLoaded()} ask the operating system. Prefer
   * {@link #sync()} and {@link #incore()}. {@code force()} does not know of an earlier {@linkplain
   * #sync(long, long, SyncMode, SyncOption...) failed sync}, of {@linkplain MapOptions#guarded()
   * lost pages}, or that the region was closed. {@code isLoaded()} returns true where the operating
   * system hides the residency. A buffer cannot be unmapped on its own: {@code
   * Unsafe.invokeCleaner} refuses it, as it refuses every slice.
   *
   * <p>On JDK 22 and later, {@code MemorySegment.ofBuffer(buffer).unload()} of <em>private</em>
   * memory ({@link Access#COPY_ON_WRITE}, anonymous) throws away what was written, as it does for
   * the private mappings of {@code FileChannel.map}. The segments of {@link #as(Class)} refuse
   * {@code unload()} of private memory.
   *
   * @param offset of the first byte
   * @param length in bytes, at most {@link Integer#MAX_VALUE}
   * @return a new buffer with position 0; its limit and capacity are the length
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
   * @param type the class of the view
   * @return see {@link #as(Class, long, long)}
   * @throws UnsupportedOperationException if this JDK does not have this type of view, or the
   *     region was mapped with {@link Access#NONE}
   * @throws IllegalArgumentException if the region is too large for the type
   * @throws IllegalStateException if the region is closed
   */
  public <T> T as(Class<T> type) {
    return as(type, 0, size());
  }

  /**
   * Returns a range of the region as a view of the given type: {@link ByteBuffer}, or on JDK 22 and
   * later {@code java.lang.foreign.MemorySegment} of any size. The rest of the region needs no
   * view.
   *
   * <p>A segment may be used by every thread and has no arena to close. Like a buffer, the segment
   * and everything derived from it (slices, buffers, reinterpreted segments) keep the memory
   * mapped, and read zeros after {@link #close()}.
   *
   * <p>The segment of a {@link Access#READ_ONLY} or {@link Access#READ_WRITE} region of a file is
   * {@code isMapped()}: {@code force()}, {@code load()}, {@code unload()} and {@code isLoaded()}
   * work, with the limits described in {@link #buffer(long, long)}. A segment of private memory is
   * not mapped in this sense. These methods then throw {@code UnsupportedOperationException},
   * because {@code unload()} would throw away what was written.
   *
   * @param <T> the type of the view
   * @param type the class of the view
   * @param offset of the first byte
   * @param length in bytes
   * @return a new view
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws UnsupportedOperationException if this JDK does not have this type of view, or the
   *     region was mapped with {@link Access#NONE}
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
   * Returns a range of the region as a {@code MemorySegment} with the lifetime of an arena. After
   * the arena is closed, using the segment throws {@code IllegalStateException} instead of reading
   * zeros.
   *
   * <p>Close the arena first, then the region. If the region is closed first, the segment reads
   * zeros until its arena is closed. The arena keeps the memory mapped, not the region, so either
   * may be closed first.
   *
   * <p>Each access then checks the arena, as in a segment of {@code FileChannel.map}. Closing an
   * arena of {@code Arena.ofShared()} stops every thread for a moment: see {@code Arena.close()}.
   * Each segment adds an entry to the arena.
   *
   * @param <T> the type of the view
   * @param type {@code java.lang.foreign.MemorySegment}
   * @param offset of the first byte
   * @param length in bytes
   * @param arena a {@code java.lang.foreign.Arena}
   * @return a new segment, with the properties described in {@link #as(Class, long, long)}
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws UnsupportedOperationException if this JDK does not have this type of view, or the
   *     region was mapped with {@link Access#NONE}
   * @throws IllegalArgumentException if {@code arena} is not an arena
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
   * Returns the address of the first byte of the region, as a pointer for native code.
   *
   * <p>The address is valid while the region is open, and afterwards while a view of the region is
   * reachable. Keep the region reachable while native code uses the address, for example with
   * {@link Reference#reachabilityFence}, because an unreachable region is unmapped. Accesses by
   * native code are not checked. Touching a page that is not available ends the JVM, unless the
   * region is {@linkplain MapOptions#guarded() guarded}.
   *
   * @return the address of the byte at offset 0, which need not be the start of a page; zero if the
   *     region is empty
   * @throws IllegalStateException if the region is closed
   */
  public long address() {
    return mapping.startOfRegion();
  }

  /**
   * Copies a block from the region to a buffer.
   *
   * <p>This method is for blocks of some kilobytes or more. It is faster than a view where the
   * pages are not mapped yet, because the block of a shared file is read from the file: see
   * pread(2). It never faults. It sees everything that views have written, and the other way round.
   * The copy is not atomic. It is read through the mapping where that is necessary: memory without
   * a file, {@link Access#COPY_ON_WRITE}, descriptors that bypass the file cache, 9P, and Windows.
   *
   * @param offset of the first byte in the region
   * @param target is filled from its position to its limit; after an exception, its position is
   *     behind the bytes that were copied
   * @throws IndexOutOfBoundsException if the region has fewer bytes from the offset than remain in
   *     the buffer
   * @throws ReadOnlyBufferException if the buffer is read-only
   * @throws LostPageException if the file has become shorter
   * @throws MmapException if the operating system reports an error
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public void read(long offset, ByteBuffer target) throws MmapException {
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    copy(offset, target, /* in= */ false);
  }

  /**
   * Copies a block from a buffer to the region.
   *
   * <p>This method is for blocks of some kilobytes or more. It is faster than a view where the
   * pages are not mapped yet, as in a new file, because the block of a shared file is written to
   * the file: see pwrite(2). The operating system then clears no page that is overwritten, and does
   * not fault. A full disk is an exception. The rest is described at {@link #read(long,
   * ByteBuffer)}. Threads that write to one file may wait for each other here; stores through views
   * do not.
   *
   * <p>Small changes in many places of a file may cost far less to {@link #sync} if they are made
   * by this method. Linux notices a store through a mapping by the page of its file cache. The
   * pages of a file that was written in large blocks may be large, up to 2 MiB, and are then
   * written back whole. Of a block that is written by this method, only the block is.
   *
   * @param offset of the first byte in the region
   * @param source is read from its position to its limit; after an exception, its position is
   *     behind the bytes that were copied
   * @throws IndexOutOfBoundsException if the region has fewer bytes from the offset than remain in
   *     the buffer, also if it is shrunk during the call
   * @throws LostPageException if the file has become shorter, unless that happens during the call
   *     or in the millisecond before: then the block makes the file longer again
   * @throws MmapException if the operating system reports an error
   * @throws UnsupportedOperationException if the region may not be written
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public void write(long offset, ByteBuffer source) throws MmapException {
    copy(offset, source, /* in= */ true);
  }

  private void copy(long offset, ByteBuffer buffer, boolean in) throws MmapException {
    Objects.checkFromIndexSize(offset, buffer.remaining(), size());
    try {
      copies().copy(offset, buffer, in);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Copies bytes from a channel to the region. From a file, Linux copies them without a buffer, and
   * some file systems let both files share their storage: see copy_file_range(2). {@link #close()}
   * does not wait for a channel that blocks.
   *
   * @param source is read from its position on, if it has one; after an exception, bytes may have
   *     been read that did not reach the region
   * @param offset of the first byte in the region
   * @param count of bytes
   * @return the number of bytes that were copied; fewer than {@code count} if the channel ends
   *     before, or does not block and has no more bytes at the moment
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException see {@link #write}
   * @throws IOException if the channel cannot be read
   * @throws UnsupportedOperationException if the region may not be written
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public long transferFrom(ReadableByteChannel source, long offset, long count) throws IOException {
    Objects.requireNonNull(source, "source");
    Objects.checkFromIndexSize(offset, count, size());
    try {
      return new ChannelTransfer(mapping, copies()).from(source, offset, count);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Copies bytes from the region to a channel. To a file, Linux copies them without a buffer, and
   * some file systems let both files share their storage: see copy_file_range(2). {@link #close()}
   * does not wait for a channel that blocks.
   *
   * @param offset of the first byte in the region
   * @param count of bytes
   * @param target is written from its position on, if it has one
   * @return the number of bytes that were copied; fewer than {@code count} if the channel does not
   *     block and takes no more bytes at the moment
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException see {@link #read}
   * @throws IOException if the channel cannot be written
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public long transferTo(long offset, long count, WritableByteChannel target) throws IOException {
    Objects.requireNonNull(target, "target");
    Objects.checkFromIndexSize(offset, count, size());
    try {
      return new ChannelTransfer(mapping, copies()).to(target, offset, count);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Gives advice for the whole region.
   *
   * @param advice the expected use
   * @return whether the operating system applied the advice
   * @throws MmapException if the operating system reports an error
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
   * @param advice the expected use
   * @return whether the operating system applied the advice
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system reports an error
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
   * Gives advice for every page that many ranges touch, in one native call. For example, give
   * {@link Advice#WILLNEED} for the next few dozen random reads.
   *
   * @param offsets of the first byte of each range
   * @param length of each range in bytes
   * @param advice the expected use
   * @return whether the operating system applied the advice to all ranges
   * @throws IndexOutOfBoundsException if a range is not inside the region; no advice is given then
   * @throws MmapException if the operating system reports an error
   * @throws IllegalStateException if the region is closed
   */
  public AdviceOutcome advise(long[] offsets, long length, Advice advice) throws MmapException {
    long[] checked = checkedRanges(offsets, length);
    Objects.requireNonNull(advice, "advice");
    try {
      return AdviceOperation.adviseAll(mapping, checked, length, advice);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /** Returns a copy of the offsets, which the caller cannot change. */
  private long[] checkedRanges(long[] offsets, long length) {
    long[] checked = offsets.clone();
    long size = size();
    for (long offset : checked) {
      Objects.checkFromIndexSize(offset, length, size);
    }
    return checked;
  }

  /**
   * Brings every page that a range touches into memory, and returns when all of them can be touched
   * without a fault, unless the operating system drops them again. Call this method before reading
   * what may not be in memory. A view that touches such a page stops the thread in the middle of
   * Java code: every safepoint, and so every thread, waits for the disk, and a virtual thread keeps
   * its carrier. While this method waits, the thread is in native code, for which no safepoint
   * waits. A virtual thread parks, and a thread of this library waits in its place.
   *
   * <p>The operating system is first asked for the next few megabytes by the file, with
   * posix_fadvise(2) on Linux and F_RDADVISE of fcntl(2) on macOS, which takes no lock that other
   * threads need for their mappings. Memory without a file, regions {@linkplain
   * MapOptions#withoutDescriptor() without a descriptor}, and Windows use the advice {@link
   * Advice#WILLNEED}. Then the pages are mapped in steps of 2 MiB, as by {@link Pages#populate} for
   * reading. {@link #close()} waits for the end of one step. The first store to a page may still
   * fault, but does not wait for the disk to read the page.
   *
   * <p>Pages that are in memory cost a system call or three. If a virtual thread asks for at most 2
   * MiB and all of it is known to be resident, it makes these calls itself. Otherwise its fetch
   * runs like those of {@link #fetchAsync(long, long)}, with the same bounds.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws LostPageException if a page cannot be read, for example because the file has become
   *     shorter
   * @throws MmapException if the operating system reports an error
   * @throws java.io.InterruptedIOException if the thread is interrupted before the last step; it
   *     stays interrupted, and pages may have been fetched
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public void fetch(long offset, long length) throws IOException {
    fetchRanges(checkedRanges(new long[] {offset}, length), length);
  }

  /**
   * Brings every page that many ranges touch into memory. See {@link #fetch(long, long)}. The disk
   * is asked for up to 64 short ranges at a time, so this method is faster than one call for each.
   *
   * @param offsets of the first byte of each range; the ranges are fetched in this order
   * @param length of each range in bytes
   * @throws IndexOutOfBoundsException if a range is not inside the region; nothing is fetched then
   * @throws IOException see {@link #fetch(long, long)}, also for the other exceptions
   */
  public void fetch(long[] offsets, long length) throws IOException {
    fetchRanges(checkedRanges(offsets, length), length);
  }

  private void fetchRanges(long[] offsets, long length) throws IOException {
    try {
      Fetching.fetch(this, mapping, offsets, length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Does what {@link #fetch(long, long)} does, in a thread of this library, without waiting for it.
   * At most 2 MiB that are known to be resident are mapped at once, and the future is complete when
   * this method returns.
   *
   * <p>The process has twice as many threads for this as processors, at least 8 and at most 32, and
   * each ends one second after its last work. A fetch that takes long lets others have its thread
   * now and then. At most 1,024 fetches of virtual threads and of this method run or wait for a
   * thread. If there are so many, this method waits for room; a virtual thread parks.
   *
   * <p>{@link CompletableFuture#cancel} ends the fetch after its present step, and so does any
   * other completion of the future by the program. {@link #close()} completes the futures of the
   * region with {@code IllegalStateException}. The region stays reachable until the fetch has
   * ended. What depends on the future, and was not given an executor, runs in another thread of
   * this library, neither in one that fetches nor in {@code close()}. So it may block.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return completed with null when all pages are in memory, or exceptionally with what {@link
   *     #fetch(long, long)} throws during the call; cancelled if the thread was interrupted while
   *     this method waited for room, and it stays interrupted
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   */
  public CompletableFuture<Void> fetchAsync(long offset, long length) {
    return fetchRangesAsync(checkedRanges(new long[] {offset}, length), length);
  }

  /**
   * Does what {@link #fetch(long[], long)} does, without waiting for it. This is one fetch: see
   * {@link #fetchAsync(long, long)}.
   *
   * @param offsets of the first byte of each range; the ranges are fetched in this order
   * @param length of each range in bytes
   * @return completed with null when all pages of all ranges are in memory, or exceptionally
   * @throws IndexOutOfBoundsException if a range is not inside the region; nothing is fetched then
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   * @throws IllegalStateException if the region is closed
   */
  public CompletableFuture<Void> fetchAsync(long[] offsets, long length) {
    return fetchRangesAsync(checkedRanges(offsets, length), length);
  }

  private CompletableFuture<Void> fetchRangesAsync(long[] offsets, long length) {
    try {
      return Fetching.fetchAsync(this, mapping, offsets, length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Fetches blocks ahead of a program that reads them in a known order, such as a list of random
   * offsets that it has sorted out before. Reading in a row needs no such help, because the
   * operating system notices it.
   *
   * @param offsets of the blocks in the order in which the program reads them; offsets are taken
   *     from it as they are needed
   * @param length of each block in bytes
   * @param ahead how many blocks to fetch before they are due, at least 1: as many as the disk
   *     serves at a time, for example 64
   * @return the same offsets, to be read by one thread
   * @throws IllegalArgumentException if {@code length} is negative or {@code ahead} is less than 1
   */
  public Prefetcher prefetch(PrimitiveIterator.OfLong offsets, long length, int ahead) {
    Objects.requireNonNull(offsets, "offsets");
    if (length < 0 || ahead < 1) {
      throw new IllegalArgumentException(
          "blocks of " + length + " bytes, " + ahead + " ahead: at least 0 and 1 are possible");
    }
    return new Prefetcher(this, mapping, offsets, length, ahead);
  }

  /**
   * Keeps a program that reads or writes this region in a row from filling the memory with pages
   * that it will not touch again.
   *
   * @param keep how many bytes to leave in memory behind the program, zero or more
   * @return to be told how far the program has come; drops nothing before that
   * @throws IllegalArgumentException if {@code keep} is negative
   * @throws UnsupportedOperationException as {@link Pages#evict()} throws it
   * @throws IllegalStateException if the region is closed
   */
  public DropBehind dropBehind(long keep) {
    if (keep < 0) {
      throw new IllegalArgumentException("a negative number of bytes to keep: " + keep);
    }
    Eviction.requireEvictable(mapping);
    mapping.requireOpen();
    return new DropBehind(this, mapping, keep);
  }

  /**
   * Makes all changes durable, with {@link SyncMode#DURABLE}.
   *
   * @throws MmapException if the operating system reports an error; written data may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync() throws MmapException {
    sync(SyncMode.DURABLE);
  }

  /**
   * Writes all changes to the file.
   *
   * @param mode how far the changes must have come before this method returns
   * @param options further effects
   * @throws MmapException if the operating system reports an error; written data may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync(SyncMode mode, SyncOption... options) throws MmapException {
    sync(0, size(), mode, options);
  }

  /**
   * Makes the changes to a range durable, with {@link SyncMode#DURABLE}.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system reports an error; written data may then be lost
   * @throws IllegalStateException if the region is closed
   */
  public void sync(long offset, long length) throws MmapException {
    sync(offset, length, SyncMode.DURABLE);
  }

  /**
   * Writes the changes to every page that a range touches to the file. See msync(2). This method
   * does nothing and does not fail if the region has no file or is not {@link Access#READ_WRITE}.
   *
   * <p>Once a sync has failed to write pages, for example with EIO or ENOSPC, every later sync of
   * the region fails too. The operating system no longer knows which pages failed and would report
   * success.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @param mode how far the changes must have come before this method returns
   * @param options further effects
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system reports an error; written data may then be lost
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
   * Returns which pages of the region are resident, which means in memory, at this moment.
   *
   * @return see {@link #incore(long, long)}
   * @throws MmapException if the operating system reports an error
   * @throws IllegalStateException if the region is closed
   */
  public Residency incore() throws MmapException {
    return incore(0, size());
  }

  /**
   * Returns which of the pages that a range touches are resident. The result is correct for each
   * page at the moment when that page was examined; pages may come and go during the call. See
   * mincore(2).
   *
   * <p>If the operating system hides the residency from this process, every page is {@link
   * PageState#UNKNOWN}. Linux reports all pages of a file as resident to a process that neither
   * owns the file nor may write it. Windows reports the working set of the process and not the file
   * cache, so a page that is only in the file cache is {@link PageState#ABSENT}. See
   * QueryWorkingSetEx.
   *
   * <p>This method remembers for one second that the residency is visible. If the owner or mode of
   * the file changes so that Linux begins to hide the residency, pages may be reported as resident
   * for that time.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return the states, in which page 0 contains the first byte of the range; the result needs at
   *     most one bit of memory per page, and far less where long stretches are all resident or all
   *     absent
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system reports an error
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
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
   * Tells whether all pages of the region are resident.
   *
   * @return see {@link #isResident(long, long)}
   * @throws MmapException if the operating system reports an error
   * @throws IllegalStateException if the region is closed
   */
  public boolean isResident() throws MmapException {
    return isResident(0, size());
  }

  /**
   * Tells whether all pages that a range touches are resident. This method stops at the first page
   * that is not. The limits of {@link #incore(long, long)} apply.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return true if all pages are known to be resident; false if the operating system hides the
   *     residency
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws MmapException if the operating system reports an error
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
   * Returns all pages of the region, for operations on pages.
   *
   * @return see {@link #pages(long, long)}
   */
  public Pages pages() {
    return pages(0, size());
  }

  /**
   * Returns the pages that a range touches, to populate, lock, discard, evict or count them.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @return the range as it is now; a later change of the region's size does not change it
   * @throws IndexOutOfBoundsException if the range is not inside the region
   */
  public Pages pages(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, size());
    return new Pages(this, mapping, offset, length);
  }

  /**
   * Returns access to this region that throws an exception where a view would fault.
   *
   * @return access for files whose pages may be lost; slower than a view
   */
  public CheckedAccess checked() {
    return new CheckedAccess(this, mapping);
  }

  /**
   * Returns the means to wait at words of this region for other threads and processes, and to wake
   * them.
   *
   * @return for any word of the region
   */
  public Signals signals() {
    return new Signals(this, mapping);
  }

  /**
   * Changes how the bytes may be accessed: to {@link Access#READ_ONLY}, which seals the region, to
   * {@link Access#NONE}, or back to the access that was mapped. New views have the new access. See
   * mprotect(2).
   *
   * <p>A view that allows more than the new access would end the JVM when it is used that way. So
   * this method refuses until the garbage collector has found all such views. Drop the views, and
   * call {@link System#gc()} if it matters.
   *
   * @param access the access from now on
   * @throws IllegalArgumentException if the access allows more than the region was mapped with
   * @throws IllegalStateException if writable views (for {@link Access#NONE}: any views) are still
   *     reachable, or the region is closed
   * @throws MmapException if the operating system reports an error
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
   * Marks this moment, for {@link #changedSince}. The first mark of a region starts the tracking of
   * its writes, which ends when the region is closed. A region may have any number of marks.
   *
   * <p>A store by another thread during this call counts as made before the mark, or after it, and
   * is never lost. Whatever is stored after this method has returned is reported.
   *
   * <p><b>How.</b> On Linux, userfaultfd(2) write-protects the pages of the region, and a scan of
   * /proc/self/pagemap finds those that were stored to (PAGEMAP_SCAN). The first store to a page
   * after each mark is a minor fault, which takes about a microsecond; later stores cost nothing.
   * Nobody serves these faults: no thread waits for another. All page tables of the region are
   * built when tracking starts: 8 bytes for each page, 2 MiB for each GiB of the region. This
   * method takes about a millisecond for each GiB of the region, and up to about a microsecond for
   * each page that changed. It waits for growing and shrinking of this region in other threads, and
   * they wait for it; {@link #close()} waits for a step of 1 GiB.
   *
   * <p>The changed pages of a region take 4 KiB of heap for each 512 pages among which one has
   * changed, and at most 64 MiB in all; above this, 512 neighbouring pages count as changed
   * together. The number of marks does not matter.
   *
   * @return this moment
   * @throws UnsupportedOperationException if the operating system, the sandbox or the kind of file
   *     does not allow it: see {@link Feature#CHANGE_TRACKING}; or the region was mapped with
   *     {@link Access#READ_ONLY} or {@link Access#NONE}
   * @throws LostPageException if the region is {@linkplain MapOptions#guarded() guarded} and has
   *     lost a page
   * @throws MmapException if the operating system reports an error, for example that no descriptor
   *     is free
   * @throws IllegalStateException if the region is closed
   */
  public ChangeMark mark() throws MmapException {
    try {
      long moment = ChangeTracking.mark(mapping);
      return new ChangeMark(Objects.requireNonNull(mapping.changes()).identity(), moment);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the ranges of this region that have changed since a mark, in whole pages. For an
   * incremental backup, set a mark, then copy what has changed since the mark before it.
   *
   * <p>These changes are reported: stores through views and by native code at {@link #address()};
   * {@link #checked() checked writes}; {@link #write} and {@link #transferFrom}; {@link
   * Pages#discard} and {@link Pages#punchHole}; and the part that the region has gained by {@link
   * #grow}. What {@link #shrink} has cut off is no longer part of the region.
   *
   * <p>These are not: changes through another region or mapping, by another process, or by writing
   * to the file. A device that writes into a view by itself, as a read with O_DIRECT does, stores
   * at any moment until the call returns; if a mark is set during the call, the change is reported
   * since the mark before.
   *
   * <p>A page may be reported although its bytes are the same: stored to with the same value, made
   * present for writing by {@link Prefault#WRITE}, or locked in private memory. Pages of 2 MiB or
   * more are reported whole. A page that was changed is never left out.
   *
   * <p>The cost is that of {@link #mark}: about a millisecond for each GiB of the region, and up to
   * about a microsecond for each page that changed.
   *
   * @param mark of this region
   * @return ranges that do not touch each other, in their order; each begins and ends at a page of
   *     the file, or at the start or end of the region. In a {@linkplain MapOptions#mirrored()
   *     mirrored} region, whose halves are the same bytes, the first half stands for both
   * @throws IllegalArgumentException if the mark was set on another region
   * @throws LostPageException if the region is {@linkplain MapOptions#guarded() guarded} and has
   *     lost a page
   * @throws MmapException if the operating system reports an error
   * @throws IllegalStateException if the region is closed, also if it is closed during the call
   */
  public List<ByteRange> changedSince(ChangeMark mark) throws MmapException {
    mapping.requireOpen();
    ChangeTracking changes = mapping.changes();
    if (changes == null || !mark.isOf(changes.identity())) {
      throw new IllegalArgumentException(
          "the mark was set on another region, or on an earlier mapping of the file: " + this);
    }
    try {
      return changes.since(mark.moment());
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the largest size to which the region can grow.
   *
   * @return {@link MapOptions#capacity} in bytes, or the size; may be called after {@link #close()}
   */
  public long capacity() {
    return Math.max(size(), mapping.request().layout().capacity());
  }

  /**
   * Makes the region larger in place. No view moves or becomes invalid, no existing page faults
   * again, and other threads may read and write views during the call. The new part needs new
   * views.
   *
   * <p>A {@link Access#READ_WRITE} region extends its file. The file receives storage before it
   * receives its size, unless the region was mapped {@link MapOptions#sparse() sparse}. Any other
   * region maps what the file has gained. The advice, locking and populating of the options are
   * applied to the new part.
   *
   * @param size in bytes, from the present size to {@link #capacity()}
   * @throws IllegalArgumentException if the size is less than the present size or over the capacity
   * @throws MmapException if the disk is full, the file ends before the new size, or the operating
   *     system reports an error; the region and the file are then unchanged
   * @throws IOException if the file cannot be extended
   * @throws IllegalStateException if the region is closed, or {@linkplain #protect protected}
   */
  public void grow(long size) throws IOException {
    try {
      Resizer.grow(mapping, size, StartOptions.ALL);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Makes the region and its file smaller in place. The contents past the new end are lost. A view
   * that reaches past the new end reads zeros there, until the region grows again. The region must
   * have been mapped with {@link MapOptions#capacity}. This method waits for calls of this region
   * that are in progress in other threads, and never for readers of its views.
   *
   * @param size in bytes, from zero to the present size
   * @throws IllegalArgumentException if the size is more than the present size
   * @throws UnsupportedOperationException if the region cannot shrink: see {@link Feature#SHRINK}
   * @throws MmapException if the file continues past the region, or the operating system reports an
   *     error; the region and the file are then unchanged
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
   * Makes {@link #close()} truncate the file to the part that was used. So a file can be extended
   * generously and still end where its contents end. The last call counts. {@code close()} does not
   * truncate a file that reaches past the region at that time. A region that is never closed does
   * not truncate its file.
   *
   * @param used bytes of the region to keep
   * @throws IndexOutOfBoundsException if {@code used} is not from zero to the size
   * @throws UnsupportedOperationException if the region has no file or is not {@link
   *     Access#READ_WRITE}
   * @throws IllegalStateException if the region is closed
   */
  public void trimOnClose(long used) {
    Objects.checkFromToIndex(0, used, size());
    mapping.trimOnClose(used);
  }

  /**
   * Returns a path through which other processes can open the mapped file or memory while the
   * region is open. The path also works for what has no name: sealed memory, or a deleted file. See
   * proc_pid_fd(5).
   *
   * @return the path; empty for anonymous memory, and on systems other than Linux
   * @throws IllegalStateException if the region is closed
   */
  public Optional<Path> descriptorPath() {
    return mapping.descriptorPath();
  }

  private BulkCopy copies() {
    BulkCopy made = copies;
    if (made == null) {
      made = new BulkCopy(mapping);
      copies = made;
    }
    return made;
  }

  /**
   * Closes the region and releases the file. Afterwards, the file can be truncated, renamed or
   * deleted on every system. If {@link #trimOnClose} was called, this method truncates the file. It
   * does not sync.
   *
   * <p>This method waits for calls of this region that are in progress in other threads, except
   * {@link Signals#await}, which it ends, and of {@link #fetch} for the present step only. It never
   * waits for readers of its views. Closing a closed region does nothing.
   *
   * @throws java.io.UncheckedIOException if the operating system refuses, which is known to happen
   *     only when address space or mappings have run out; if the file could not be truncated; or if
   *     the region is {@linkplain MapOptions#guarded() guarded} and has lost a page. The region is
   *     closed in each of these cases
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
