// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.Mapping;
import io.mmapio.internal.Segments;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

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

  // The methods below fence this object in: the collector may take it while the last call on it is
  // still at work, and would end the mapping under that call.

  MappedRegion(Mapping mapping) {
    this.mapping = mapping;
    mapping.watch(this);
  }

  /**
   * Returns the size of this region.
   *
   * @return bytes, zero or more; also after {@link #close()}
   */
  public long size() {
    return mapping.size();
  }

  /**
   * Returns what may be done with the bytes.
   *
   * @return as mapped; also after {@link #close()}
   */
  public Access access() {
    return mapping.spec().access();
  }

  /**
   * Tells whether the file has storage for every page of this region.
   *
   * @return as found when mapping; also after {@link #close()}
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
   * read-only if the region is. Call it again for another window; buffers may overlap.
   *
   * <p>The buffer keeps the memory: it may be used after the region was lost to the collector.
   * After {@link #close()} it reads zeros and what is written to it is lost; a system call that is
   * given it, such as a channel's write, may fail on Windows.
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
      throw new IllegalArgumentException(
          "a ByteBuffer has at most "
              + Integer.MAX_VALUE
              + " bytes, not "
              + length
              + ": take windows with buffer(offset, length), or as(MemorySegment.class) on JDK 22+");
    }
    try {
      return mapping.buffer(offset, (int) length);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Returns the whole region as a view of the given type: {@link ByteBuffer}, or on JDK 22 and
   * later {@code java.lang.foreign.MemorySegment} for a region of any size.
   *
   * <p>A segment may be used by every thread, has no arena that must be closed, and keeps the
   * memory as a buffer does. It is not {@code isMapped()}: durability and residency are asked of
   * the region.
   *
   * @param <T> the type of the view
   * @param type its class
   * @return a new view
   * @throws UnsupportedOperationException if this JDK has no such view, or the region was mapped
   *     with {@link Access#NONE}
   * @throws IllegalArgumentException if the region is too large for the type
   * @throws IllegalStateException if the region is closed
   */
  public <T> T as(Class<T> type) {
    if (type == ByteBuffer.class) {
      return type.cast(buffer());
    }
    if (Segments.isSegment(type)) {
      try {
        return type.cast(mapping.segment());
      } finally {
        Reference.reachabilityFence(this);
      }
    }
    throw new UnsupportedOperationException(
        "no view of type "
            + type.getName()
            + " on Java "
            + Runtime.version().feature()
            + ": there are java.nio.ByteBuffer and, since Java 22, java.lang.foreign.MemorySegment");
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
      return mapping.advise(offset, length, advice);
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
      mapping.sync(offset, length, mode, invalidate);
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
      Residency.Recorder recorder = new Residency.Recorder(mapping.isResidencyVisible());
      mapping.scan(offset, length, recorder);
      return recorder.finished();
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  /**
   * Lets the file go: afterwards it can be truncated, renamed or deleted on every system. Waits for
   * calls of this region that are under way in other threads, and for no reader of its views. Does
   * not sync. Closing again does nothing.
   *
   * @throws java.io.UncheckedIOException if the operating system refuses, which is known only where
   *     address space or mappings have run out; the region counts as closed all the same
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
