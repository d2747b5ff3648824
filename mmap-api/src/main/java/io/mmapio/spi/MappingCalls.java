// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Access;
import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The calls of a backend on address ranges. The rules of {@link MmapBackend} apply. */
public interface MappingCalls {
  /**
   * Maps a range of a file, or private zeroed memory for {@link MmapBackend#NO_HANDLE}.
   *
   * @param handle the file
   * @param offset start of the range, a multiple of {@link MmapBackend#granularity()}
   * @param length of the range, over zero; need not be whole pages
   * @param access how the pages may be accessed
   * @return the address, a multiple of the page size, or minus the error
   */
  long map(long handle, long offset, long length, Access access);

  /**
   * Reserves an address range without access, for {@link #mapInto}. {@link #unmap} unmaps the whole
   * reservation, including everything that was mapped into it.
   *
   * @param length of the range
   * @return the address, a multiple of {@link MmapBackend#granularity()}, or minus the error
   */
  long reserve(long length);

  /**
   * Maps at an address inside a reservation. Pages that an earlier call mapped there, with the same
   * offset and access, either stay or are replaced by the same pages, while other threads read and
   * write them. A failure leaves the earlier mapping unchanged.
   *
   * @param address where to map, a multiple of {@link MmapBackend#granularity()}
   * @param handle the file, or {@link MmapBackend#NO_HANDLE}
   * @param offset start of the range in the file, a multiple of the granularity
   * @param length of the range, over zero; need not be whole pages
   * @param access how the pages may be accessed; COPY_ON_WRITE only where nothing was mapped before
   * @return zero or more, or minus the error
   */
  long mapInto(long address, long handle, long offset, long length, Access access);

  /**
   * Maps private zeroed memory with pages of a size for which the OS keeps a separate pool.
   *
   * @param length a multiple of the page size
   * @param pageSize a power of two
   * @return the address, a multiple of that page size; {@link MmapBackend#UNSUPPORTED} if there are
   *     no pages of that size; or minus the error
   */
  long mapHuge(long length, long pageSize);

  /**
   * Changes how pages may be accessed: to less than they were mapped for, or back.
   *
   * @param address start of the range
   * @param length of the range
   * @param access the new access
   * @return zero or minus the error
   */
  long protect(long address, long length, Access access);

  /**
   * Unmaps an address range: one whole mapping or reservation, or neighbouring {@linkplain #entomb
   * tombstones}.
   *
   * @param address where the first mapping begins
   * @param length as given to {@link #map}, or to the end of the last page
   * @return zero or minus the error
   */
  long unmap(long address, long length);

  /**
   * Replaces a mapping by a tombstone: private zeroed memory, readable and writable, at the same
   * addresses. The file is released, and the addresses stay in use until {@link #unmap}. No other
   * mapping can take the addresses in between.
   *
   * @param address where a mapping begins
   * @param length of the whole mapping as given to {@link #map}, or of what was mapped into a
   *     reservation; with {@link io.mmapio.Feature#SHRINK} also of the last pages only
   * @return zero or minus the error
   */
  long entomb(long address, long length);

  /**
   * Creates a buffer over mapped memory.
   *
   * @param address of the first byte; need not be the start of a page
   * @param capacity in bytes
   * @param descriptor of the file, for {@link java.nio.MappedByteBuffer#force()}; null for memory
   *     that cannot be written back
   * @param readOnly whether the buffer is read-only
   * @return a direct, big-endian buffer that keeps no other object alive; with a descriptor, its
   *     {@code force()}, {@code load()} and {@code isLoaded()} call the operating system
   */
  ByteBuffer view(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean readOnly);

  /**
   * Creates a {@code java.lang.foreign.MemorySegment} that is mapped, of any size and scope. It
   * equals a segment that the JDK creates from a buffer of {@link #view}.
   *
   * @param mapped a segment that the JDK created from such a buffer; the new segment keeps alive
   *     what this segment keeps alive
   * @param scopeOf a segment whose scope the new segment receives
   * @param offset of the first byte of the new segment in the mapped segment, whose bounds do not
   *     matter
   * @param size in bytes; all of it is mapped memory
   * @param readOnly whether the segment is read-only
   * @return the segment, or null if this backend or this JDK cannot create one
   */
  default @Nullable Object segment(
      Object mapped, Object scopeOf, long offset, long size, boolean readOnly) {
    return null;
  }
}
