// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.CheckedCopy;
import io.mmapio.internal.pages.PagePopulation;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Objects;

/**
 * Access to a region that never faults. Where access through a view would throw an error or end the
 * JVM, this access throws {@link LostPageException}. It is for files that another process may
 * truncate, or whose device may fail. Each copy is a system call, so it is slower than a view; see
 * process_vm_readv(2), ReadProcessMemory. {@link Feature#CHECKED_ACCESS} tells whether it is
 * available.
 *
 * <p>Every method may be called from any thread and throws {@link IllegalStateException} if the
 * region is closed. Copies are not atomic.
 */
public final class CheckedAccess {
  private final Object region; // kept reachable as long as this object
  private final Mapping mapping;

  CheckedAccess(Object region, Mapping mapping) {
    this.region = region;
    this.mapping = mapping;
  }

  /**
   * Verifies that every page of a range can be read at this moment. A later access may still fail,
   * because another process may truncate the file in the meantime.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws LostPageException if a page is not available
   * @throws MmapException if the operating system reports an error
   */
  public void probe(long offset, long length) throws MmapException {
    Objects.checkFromIndexSize(offset, length, mapping.size());
    try {
      PagePopulation.populate(mapping, offset, length, Prefault.READ, (done, total) -> true);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Copies from the region to a buffer.
   *
   * @param offset of the first byte in the region
   * @param target is filled from its position to its limit; if a page is lost, the position is
   *     where the first byte of that page would be
   * @throws IndexOutOfBoundsException if the region has fewer bytes from the offset than remain in
   *     the buffer
   * @throws java.nio.ReadOnlyBufferException if the buffer is read-only
   * @throws LostPageException if a page is not available
   * @throws MmapException if the operating system reports an error
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}, or the platform
   *     does not support checked access
   */
  public void read(long offset, ByteBuffer target) throws MmapException {
    if (target.isReadOnly()) {
      throw new ReadOnlyBufferException();
    }
    copy(offset, target, /* in= */ false);
  }

  /**
   * Copies from a buffer to the region.
   *
   * @param offset of the first byte in the region
   * @param source is read from its position to its limit; if a page is lost, the position is at the
   *     first byte that was not copied
   * @throws IndexOutOfBoundsException if the region has fewer bytes from the offset than remain in
   *     the buffer
   * @throws LostPageException if a page is not available, or the disk has no space for it
   * @throws MmapException if the operating system reports an error
   * @throws UnsupportedOperationException if the region may not be written, or the platform does
   *     not support checked access
   */
  public void write(long offset, ByteBuffer source) throws MmapException {
    copy(offset, source, /* in= */ true);
  }

  private void copy(long offset, ByteBuffer buffer, boolean in) throws MmapException {
    Objects.checkFromIndexSize(offset, buffer.remaining(), mapping.size());
    try {
      CheckedCopy.copy(mapping, offset, buffer, in);
    } finally {
      Reference.reachabilityFence(region);
    }
  }
}
