// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.pages;

import io.mmapio.MmapException;
import io.mmapio.internal.mapping.AccessRules;
import io.mmapio.internal.mapping.LostPages;
import io.mmapio.internal.mapping.Mapping;
import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Copies blocks between a region and buffers.
 *
 * <p>The blocks of a shared file are read and written through the file, where that meets the same
 * pages as the mapping: the kernel then neither clears a page that is overwritten nor faults. Other
 * pages are copied where they are mapped.
 */
public final class BulkCopy {
  /** Bytes for which a native call lasts. Closing waits for it. */
  private static final int STEP = 32 << 20;

  /** Bytes at a time that go by way of another buffer: they stay in a cache. */
  static final int BLOCK = 256 << 10;

  private enum Way {
    UNKNOWN,
    FILE,
    PAGES
  }

  /** How long a size of the file is believed. Asking costs as much as writing 32 KiB. */
  private static final long BELIEVED_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Mapping mapping;
  private volatile Way way = Way.UNKNOWN;
  private volatile long fileSize;
  private volatile long askedAt;

  public BulkCopy(Mapping mapping) {
    this.mapping = mapping;
  }

  /**
   * Copies out of the region, or into it.
   *
   * @param offset into the region
   * @param buffer between its position and its limit; the position advances by the copied bytes
   * @param in true to copy into the region
   * @throws MmapException if a page is lost or the OS reports an error
   */
  public void copy(long offset, ByteBuffer buffer, boolean in) throws MmapException {
    String call = in ? "write" : "read";
    requireAccess(in);
    if (!buffer.hasRemaining()) {
      mapping.check(call, mapping.calling(() -> 0), offset, 0);
    }
    for (long at = offset; buffer.hasRemaining(); ) {
      int length = (int) step(at, buffer.remaining());
      long copied = copyStep(at, buffer, length, in);
      mapping.check(call, copied, at, length);
      if (copied == 0) {
        throw LostPages.met(mapping, call, at, length);
      }
      buffer.position(buffer.position() + (int) copied);
      at += copied;
    }
  }

  void requireAccess(boolean in) {
    AccessRules.requirePages(mapping, in, in ? "written" : "read");
  }

  /**
   * Copies between the region and another file inside the OS.
   *
   * @param other a handle of the file
   * @param position in that file
   * @param offset into the region
   * @param length in bytes
   * @param in true to copy into the region
   * @return the number of bytes that were copied; if it is not over zero, copy with a buffer, which
   *     says what is wrong
   */
  long copyFile(long other, long position, long offset, long length, boolean in) {
    long step = step(offset, length);
    return mapping.calling(
        () -> {
          requireInside(offset, step);
          long inFile = mapping.inFile(offset);
          long room = isThroughFile() ? in ? room(offset, step) : step : 0;
          if (room <= 0) {
            return 0;
          }
          MmapBackend os = mapping.os;
          if (!in) {
            return os.copyRange(mapping.handle(), inFile, other, position, room);
          }
          long copied = os.copyRange(other, position, mapping.handle(), inFile, room);
          mapping.changed(
              mapping.geometry().addressOf(offset),
              room); // also if it failed: a part may have been written
          return copied;
        });
  }

  /** How much of a range to copy at once: the halves of a mirrored region are the same bytes. */
  private long step(long at, long length) {
    return mapping.withinHalf(at, Math.min(STEP, length));
  }

  private long copyStep(long at, ByteBuffer buffer, int length, boolean in) {
    int position = buffer.position();
    if (buffer.isDirect() || buffer.hasArray()) {
      return mapping.calling(() -> copied(at, buffer, position, length, in));
    }
    // The source is a read-only buffer over an array, whose array is not accessible.
    int some = Math.min(length, BLOCK);
    ByteBuffer shown = ByteBuffer.allocate(some).put(0, buffer, position, some);
    return mapping.calling(() -> copied(at, shown, 0, some, in));
  }

  /** The region may have been shrunk before this call; from now on, shrinking waits for it. */
  private void requireInside(long at, long length) {
    Objects.checkFromIndexSize(at, length, mapping.size());
  }

  private long copied(long at, ByteBuffer buffer, int position, int length, boolean in) {
    requireInside(at, length);
    if (isThroughFile()) {
      long result =
          in
              ? written(at, buffer, position, length)
              : mapping.os.readAt(mapping.handle(), mapping.inFile(at), buffer, position, length);
      if (result != MmapBackend.UNSUPPORTED) {
        return result;
      }
    }
    return throughPages(at, buffer, position, length, in);
  }

  /** Called within a call of the region. */
  private boolean isThroughFile() {
    Way known = way;
    if (known == Way.UNKNOWN) {
      boolean file =
          mapping.isShared()
              && !mapping.request().withoutDescriptor()
              && mapping.os.meetsPages(mapping.handle()) == 1;
      known = file ? Way.FILE : Way.PAGES;
      way = known;
    }
    return known == Way.FILE;
  }

  /** Stops at the end of the file, as a store does: a file that was cut stays so. */
  private long written(long at, ByteBuffer buffer, int position, int length) {
    long room = room(at, length);
    if (room <= 0) {
      return room;
    }
    long result =
        mapping.os.writeAt(mapping.handle(), mapping.inFile(at), buffer, position, (int) room);
    mapping.changed(
        mapping.geometry().addressOf(at), room); // also if it failed: a part may have been written
    return result;
  }

  /** How much of a range the file has room for: zero for none, or {@code UNSUPPORTED}. */
  private long room(long at, long length) {
    long end = mapping.inFile(at) + length;
    long size = fileSize;
    if (end > size || System.nanoTime() - askedAt > BELIEVED_NANOS) {
      size = mapping.os.size(mapping.handle());
      askedAt = System.nanoTime();
      fileSize = size;
    }
    return size < 0 ? MmapBackend.UNSUPPORTED : Math.max(0, length - Math.max(0, end - size));
  }

  private long throughPages(long at, ByteBuffer buffer, int position, int length, boolean in) {
    MmapBackend os = mapping.os;
    long address = mapping.geometry().addressOf(at);
    if (mapping.isOfFile()) {
      long result = CheckedCopy.copied(os, address, buffer, position, length, in);
      if (result != MmapBackend.UNSUPPORTED) {
        return result;
      }
    }
    ByteBuffer pages = os.view(address, length, null, /* readOnly= */ !in);
    if (in) {
      pages.put(0, buffer, position, length);
    } else {
      buffer.put(position, pages, 0, length);
    }
    return length;
  }
}
