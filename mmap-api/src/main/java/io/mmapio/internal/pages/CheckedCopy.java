// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.LostPages;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;

/** Copies out of a region, or into it, without faulting. */
public final class CheckedCopy {
  private CheckedCopy() {}

  /**
   * Copies out of a region, or into it, without faulting.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param buffer between its position and its limit; the position advances by the copied bytes
   * @param in true to copy into the region
   * @throws MmapException if a page is lost or the OS reports an error
   */
  public static void copy(Mapping mapping, long offset, ByteBuffer buffer, boolean in)
      throws MmapException {
    AccessRules.requirePages(mapping, in, in ? "written" : "read");
    if (!buffer.hasRemaining()) {
      mapping.check(in ? "write" : "read", mapping.calling(() -> 0), offset, 0);
    } else if (buffer.isDirect() || buffer.hasArray()) {
      copyAll(mapping, offset, buffer, in);
    } else {
      // The source may be a read-only buffer over an array, whose array is not accessible.
      ByteBuffer shown = ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
      try {
        copyAll(mapping, offset, shown, in);
      } finally {
        buffer.position(buffer.position() + shown.position());
      }
    }
  }

  private static void copyAll(Mapping mapping, long offset, ByteBuffer buffer, boolean in)
      throws MmapException {
    int position = buffer.position();
    int length = buffer.remaining();
    long address = mapping.geometry().addressOf(offset);
    long copied = mapping.calling(() -> copied(mapping.os, address, buffer, position, length, in));
    mapping.check(in ? "write" : "read", copied, offset, length);
    buffer.position(position + (int) copied);
    if (copied < length) {
      throw LostPages.met(mapping, in ? "write" : "read", offset + copied, length - copied);
    }
  }

  /** Copies as far as there are pages. The buffer is direct, or has an array. */
  static long copied(
      MmapBackend os, long address, ByteBuffer buffer, int position, int length, boolean in) {
    if (buffer.isDirect()) {
      return in
          ? os.copyIn(address, buffer, position, length)
          : os.copyOut(address, buffer, position, length);
    }
    int index = buffer.arrayOffset() + position;
    return in
        ? os.copyIn(address, buffer.array(), index, length)
        : os.copyOut(address, buffer.array(), index, length);
  }
}
