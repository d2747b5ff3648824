// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.CheckedCopy;
import io.mmapio.internal.pages.PagePopulation;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Access to a region that never faults: where plain access through a view would end in an error or
 * end the JVM, it throws {@link LostPageException}. For files that somebody else may truncate, or
 * whose device may fail. A system call for each copy, so slower than a view; see
 * process_vm_readv(2), ReadProcessMemory. To know beforehand whether it is there: {@link
 * Feature#CHECKED_ACCESS}.
 *
 * <p>Every method may be called from any thread and throws {@link IllegalStateException} if the
 * region is closed. Copies are not atomic.
 */
public final class CheckedAccess {
  private final Object region; // kept reachable for as long as this is
  private final Mapping mapping;

  CheckedAccess(Object region, Mapping mapping) {
    this.region = region;
    this.mapping = mapping;
  }

  /**
   * Makes sure that every page of a range can be read at this moment. It says nothing about the
   * next: whoever can truncate the file can do it then.
   *
   * @param offset of the first byte
   * @param length in bytes
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws LostPageException if a page cannot be had
   * @throws MmapException if the operating system fails
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
   * @param target is filled from its position to its limit; if a page is lost its position is where
   *     that page would begin
   * @throws IndexOutOfBoundsException if as many bytes as remain in the buffer are not in the
   *     region
   * @throws java.nio.ReadOnlyBufferException if the buffer is read-only
   * @throws LostPageException if a page cannot be had
   * @throws MmapException if the operating system fails
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}, or the platform
   *     cannot
   */
  public void read(long offset, ByteBuffer target) throws MmapException {
    if (target.isReadOnly()) {
      throw new java.nio.ReadOnlyBufferException();
    }
    copy(offset, target, /* in= */ false);
  }

  /**
   * Copies from a buffer to the region.
   *
   * @param offset of the first byte in the region
   * @param source is read from its position to its limit; if a page is lost its position is at the
   *     first byte that was not copied
   * @throws IndexOutOfBoundsException if as many bytes as remain in the buffer do not fit there
   * @throws LostPageException if a page cannot be had, or the disk has no room for it
   * @throws MmapException if the operating system fails
   * @throws UnsupportedOperationException if the region may not be written, or the platform cannot
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
