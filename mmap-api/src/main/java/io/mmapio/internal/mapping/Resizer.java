// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;
import io.mmapio.Allocation;
import io.mmapio.Feature;
import io.mmapio.MmapException;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Makes a region larger or smaller where it is. Only pages at the end come and go; what stays is
 * not touched, so views of it go on.
 */
public final class Resizer {
  /** Two threads that extend one file must not each think they saw its old size. */
  private static final Object EXTENDING = new Object();

  private final Mapping mapping;
  private final MapRequest request;
  private final MmapBackend os;

  private Resizer(Mapping mapping) {
    this.mapping = mapping;
    this.request = mapping.request();
    this.os = mapping.os;
  }

  /** Extends a file on behalf of this process alone. */
  public static long extend(MmapBackend os, long handle, long offset, long length, Growth growth) {
    synchronized (EXTENDING) {
      return os.extend(handle, offset, length, growth != Growth.SPARSE);
    }
  }

  /**
   * Makes a region larger.
   *
   * @param mapping of the region
   * @param to new size, not below the old one
   * @throws IOException if it cannot; the region and its file are then as before
   */
  public static void grow(Mapping mapping, long to, NewPages newPages) throws IOException {
    synchronized (mapping) { // against growing and shrinking; closing waits for each call
      mapping.requireOpen();
      AccessRules.requireAsMapped(mapping);
      long from = mapping.size();
      long capacity = Math.max(from, mapping.request().layout().capacity());
      if (to < from || to > capacity) {
        throw new IllegalArgumentException(
            "cannot grow from " + from + " to " + to + " bytes: the capacity is " + capacity);
      }
      if (to > from) {
        new Resizer(mapping).grow(from, to, newPages);
      }
    }
  }

  private void grow(long from, long to, NewPages newPages) throws IOException {
    long fileSize = mapping.isShared() ? fileSize() : 0;
    Allocation allocation = room(from, to, fileSize);
    boolean done = false;
    try {
      mapTail(from, to);
      newPages.apply(mapping, from, to - from);
      mapping.resized(to, allocation);
      mapping.changed(mapping.geometry().addressOf(from), to - from);
      done = true;
    } finally {
      if (!done) {
        takeBack(to, fileSize);
      }
    }
  }

  private long fileSize() throws MmapException {
    long size = mapping.calling(() -> os.size(mapping.handle()));
    return mapping.check("grow", size, request.offset(), mapping.size());
  }

  private Allocation room(long from, long to, long fileSize) throws MmapException {
    if (!mapping.isShared()) {
      return mapping.allocation();
    }
    if (request.access() != Access.READ_WRITE) {
      if (to > fileSize - request.offset()) {
        throw mapping.errors().pastTheEnd(fileSize, request.offset(), to);
      }
      return mapping.allocation();
    }
    long result =
        mapping.calling(
            () ->
                extend(os, mapping.handle(), request.offset() + from, to - from, request.growth()));
    mapping.check("extend", result, request.offset() + from, to - from);
    boolean allocated = result == MmapBackend.ALLOCATED && mapping.allocation() != Allocation.SIZED;
    return allocated ? Allocation.ALLOCATED : Allocation.SIZED;
  }

  private void mapTail(long from, long to) throws MmapException {
    long mapped = mapping.geometry().mapped(from);
    // Where the unit of mapping is larger than a page, the last one is mapped again.
    long first = mapped - mapped % os.granularity();
    long end = mapping.geometry().lead() + to;
    if (end > mapped) {
      long inFile = request.offset() - mapping.geometry().lead() + first;
      long address = mapping.geometry().address() + first;
      ChangeTracking changes = mapping.changes();
      long result =
          mapping.calling(
              () -> {
                long tail =
                    os.mapInto(address, mapping.handle(), inFile, end - first, request.access());
                return tail < 0 || changes == null
                    ? tail
                    : changes.track(address, mapping.geometry().mapped(to) - first);
              });
      mapping.check("grow", result, from, to - from);
    }
  }

  /** The pages that were mapped may stay: no view reaches them. The file must not. */
  private void takeBack(long to, long fileSize) {
    if (mapping.isOpen() && mapping.isShared() && request.access() == Access.READ_WRITE) {
      long end = request.offset() + to;
      mapping.calling(
          () ->
              os.size(mapping.handle()) == end && fileSize < end
                  ? os.truncate(mapping.handle(), fileSize)
                  : 0);
    }
  }

  /**
   * Makes a region smaller, and its file.
   *
   * @param mapping of the region
   * @param to new size, not above the old one
   * @throws MmapException if the file continues after the region, or the OS fails
   */
  public static void shrink(Mapping mapping, long to) throws MmapException {
    synchronized (mapping) {
      mapping.requireOpen();
      AccessRules.requireAsMapped(mapping);
      boolean file = mapping.isShared();
      if (file) {
        AccessRules.requireWritableFile(mapping, "shrinking");
        requireShrinkable(mapping);
      }
      long from = mapping.size();
      if (to < 0 || to > from) {
        throw new IllegalArgumentException("cannot shrink from " + from + " to " + to + " bytes");
      }
      if (mapping.request().layout().capacity() == 0) {
        throw new UnsupportedOperationException(
            "a region without capacity() cannot shrink: " + mapping.describe());
      }
      if (to < from) {
        new Resizer(mapping).shrink(from, to);
      }
    }
  }

  private static void requireShrinkable(Mapping mapping) {
    if (!mapping.os.supports(Feature.SHRINK)) {
      throw new UnsupportedOperationException(
          "this system truncates no file that is mapped: see Feature.SHRINK, and trimOnClose()");
    }
  }

  private void shrink(long from, long to) throws MmapException {
    if (mapping.isShared()) {
      long fileSize = fileSize();
      if (fileSize > request.offset() + from) {
        throw mapping.errors().beyond(fileSize, request.offset(), from);
      }
    }
    long first = mapping.geometry().mapped(to);
    long bytes = mapping.geometry().mapped(from) - first;
    // The size goes first, so that no new view reaches the end; old ones meet zeros there.
    mapping.resized(to, mapping.allocation());
    long result =
        mapping.calling(
            () -> bytes == 0 ? 0 : os.entomb(mapping.geometry().address() + first, bytes));
    if (result >= 0) {
      result = cut(from, to);
      if (result < 0) {
        mapping.resized(from, mapping.allocation());
        mapTail(to, from);
        // It is not known any more what was stored there.
        mapping.changed(mapping.geometry().addressOf(to), from - to);
      }
    }
    mapping.check("shrink", result, to, from - to);
  }

  private long cut(long from, long to) {
    if (mapping.isShared()) {
      // Alone, so that no block is written behind the end, which would make the file longer again.
      return mapping.changing(() -> os.truncate(mapping.handle(), request.offset() + to));
    }
    // A page that stays in part has to be zero behind the end, as that of a file is.
    int rest = (int) (Math.min(from, mapping.geometry().mapped(to)) - to);
    return mapping.calling(
        () -> {
          ByteBuffer end =
              os.view(mapping.geometry().address() + to, rest, null, /* readOnly= */ false);
          while (end.hasRemaining()) {
            end.put((byte) 0);
          }
          return 0;
        });
  }
}
