// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import io.mmapio.Access;
import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** What a backend does with address ranges. The rules of {@link MmapBackend} hold. */
public interface MappingCalls {
  /**
   * Maps a range of a file, or private zeroed memory for {@link MmapBackend#NO_HANDLE}.
   *
   * @param handle the file
   * @param offset start of the range, a multiple of {@link MmapBackend#granularity()}
   * @param length of the range, over zero; need not be whole pages
   * @param access what may be done with the pages
   * @return the address, a multiple of the page size, or minus the error
   */
  long map(long handle, long offset, long length, Access access);

  /**
   * Keeps a range of addresses that nothing may touch, for {@link #mapInto}. {@link #unmap} gives
   * it back whole, whatever was put into it.
   *
   * @param length of the range
   * @return its address, a multiple of {@link MmapBackend#granularity()}, or minus the error
   */
  long reserve(long length);

  /**
   * Maps at an address inside a reservation. Pages that an earlier call put there, for the same
   * offset and access, stay or are replaced by the same pages while others read and write them. A
   * failure leaves what was there.
   *
   * @param address where, a multiple of {@link MmapBackend#granularity()}
   * @param handle the file, or {@link MmapBackend#NO_HANDLE}
   * @param offset start of the range in the file, a multiple of the granularity
   * @param length of the range, over zero; need not be whole pages
   * @param access what may be done with the pages; COPY_ON_WRITE only where nothing was put before
   * @return zero or more, or minus the error
   */
  long mapInto(long address, long handle, long offset, long length, Access access);

  /**
   * Maps private zeroed memory in pages of a size that the OS keeps apart for that.
   *
   * @param length a multiple of the page size
   * @param pageSize a power of two
   * @return the address, a multiple of that page size, {@link MmapBackend#UNSUPPORTED} if there are
   *     no pages of that size, or minus the error
   */
  long mapHuge(long length, long pageSize);

  /**
   * Changes what may be done with pages: to less than they were mapped for, or back.
   *
   * @param address start of the range
   * @param length of the range
   * @param access what may be done
   * @return zero or minus the error
   */
  long protect(long address, long length, Access access);

  /**
   * Gives an address range back: one whole mapping or reservation, or neighbours that were all
   * {@linkplain #entomb entombed}.
   *
   * @param address where the first mapping begins
   * @param length as given to {@link #map}, or to the end of the last page
   * @return zero or minus the error
   */
  long unmap(long address, long length);

  /**
   * Puts private zeroed memory in place of a mapping, so that the file is let go while the
   * addresses stay taken, readable and writable, until {@link #unmap}. No other mapping can get in
   * between.
   *
   * @param address where a mapping begins
   * @param length of the whole mapping, as given to {@link #map}; of what was put into a
   *     reservation; with {@link io.mmapio.Feature#SHRINK} also of the last pages alone
   * @return zero or minus the error
   */
  long entomb(long address, long length);

  /**
   * Wraps mapped memory in a buffer.
   *
   * @param address of the first byte; need not be the start of a page
   * @param capacity in bytes
   * @param descriptor of the file, for {@link java.nio.MappedByteBuffer#force()}; null for memory
   *     that cannot be written back
   * @param readOnly whether the buffer is to be read-only
   * @return a direct, big-endian buffer that keeps nothing else alive; with a descriptor its {@code
   *     force()}, {@code load()} and {@code isLoaded()} are the operating system's
   */
  ByteBuffer view(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean readOnly);

  /**
   * Makes a {@code java.lang.foreign.MemorySegment} that is mapped, as one that the JDK makes of a
   * buffer of {@link #view} is, of any size and scope.
   *
   * @param mapped such a segment; what is made keeps alive what it keeps alive
   * @param scopeOf a segment, whose scope is that of the new one
   * @param offset of its first byte in the mapped segment, whose bounds do not matter
   * @param size in bytes; all of it is mapped memory
   * @param readOnly whether it is to be read-only
   * @return the segment, or null if this backend or this JDK has no way to make one
   */
  default @Nullable Object segment(
      Object mapped, Object scopeOf, long offset, long size, boolean readOnly) {
    return null;
  }
}
