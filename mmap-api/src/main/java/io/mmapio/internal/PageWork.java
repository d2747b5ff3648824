// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.Access;
import io.mmapio.MmapException;
import io.mmapio.Pages.Progress;
import io.mmapio.Prefault;
import io.mmapio.SyncMode;
import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;

/**
 * What can be done with the pages of a range beyond the four verbs. Offsets and lengths lie inside
 * the region. What only costs time is rounded outwards to whole pages, what changes contents
 * inwards.
 */
public final class PageWork {
  /** Bytes between two reports of progress: some ten milliseconds of work. */
  private static final long STEP = 32L << 20;

  private PageWork() {}

  /**
   * Makes pages present.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @param how for reading or writing
   * @param progress may stop it
   * @return bytes in the pages that were made present
   * @throws MmapException if a page is lost or the OS fails
   */
  public static long populate(
      Mapping mapping, long offset, long length, Prefault how, Progress progress)
      throws MmapException {
    boolean write = how == Prefault.WRITE;
    requireAccess(mapping, write, write ? "populated for writing" : "populated");
    Span span = Span.begin(Span.Kind.POPULATE);
    long done = 0;
    try {
      done = populated(mapping, offset, length, write, progress);
      return done;
    } finally {
      if (span != null) {
        span.end(mapping.name(), offset, length, done > 0 || length == 0 ? 0 : MmapBackend.LOST);
      }
    }
  }

  private static long populated(
      Mapping mapping, long offset, long length, boolean write, Progress progress)
      throws MmapException {
    long start = mapping.start(offset);
    long total = mapping.span(offset, length);
    long done = 0;
    while (done < total) {
      long from = start + done;
      long bytes = Math.min(STEP, total - done);
      long result = mapping.calling(() -> mapping.os.populate(from, bytes, write));
      if (result == MmapBackend.LOST) {
        long lost = firstLost(mapping, from, bytes, write) - mapping.address() - mapping.lead();
        throw lost(mapping, "populate", Math.max(0, lost), length);
      }
      mapping.check("populate", result, offset, length);
      done += bytes;
      if (!progress.reached(done, total) && done < total) {
        return done;
      }
    }
    mapping.check("populate", mapping.calling(() -> 0), offset, length);
    return done;
  }

  private static long firstLost(Mapping mapping, long from, long bytes, boolean write) {
    long page = mapping.os.pageSize();
    for (long at = from; at < from + bytes; at += page) {
      long one = at;
      if (mapping.calling(() -> mapping.os.populate(one, page, write)) < 0) {
        return at;
      }
    }
    return from; // it came back meanwhile
  }

  private static MmapException lost(Mapping mapping, String call, long offset, long length) {
    long inFile = mapping.spec().offset() + offset;
    return mapping.errors().lost(call, offset, length, mapping.size(), inFile);
  }

  private static void requireAccess(Mapping mapping, boolean write, String what) {
    mapping.requireOpen();
    Access access = mapping.access();
    if (access == Access.NONE || (write && access == Access.READ_ONLY)) {
      throw new UnsupportedOperationException(
          "pages with Access." + access + " cannot be " + what + ": " + mapping.describe());
    }
  }

  /**
   * Keeps pages in memory.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS fails
   */
  public static void lock(Mapping mapping, long offset, long length) throws MmapException {
    requireAccess(mapping, false, "locked");
    long bytes = mapping.span(offset, length);
    long start = mapping.start(offset);
    long result = mapping.calling(() -> bytes == 0 ? 0 : mapping.os.lock(start, bytes));
    mapping.check("lock", result, offset, length);
  }

  /**
   * Ends {@link #lock}.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS fails
   */
  public static void unlock(Mapping mapping, long offset, long length) throws MmapException {
    long bytes = mapping.span(offset, length);
    long start = mapping.start(offset);
    long result = mapping.calling(() -> bytes == 0 ? 0 : mapping.os.unlock(start, bytes));
    mapping.check("unlock", result, offset, length);
  }

  /**
   * Throws away what was written to private pages.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return bytes in the pages that were discarded
   * @throws MmapException if the OS fails
   */
  public static long discard(Mapping mapping, long offset, long length) throws MmapException {
    if (mapping.isShared()) {
      throw new UnsupportedOperationException(
          "what was written to a shared file is the file's: punchHole() removes it, evict() only"
              + " drops it from memory: "
              + mapping.describe());
    }
    requireAccess(mapping, true, "discarded");
    long unit = mapping.unit();
    long start = firstWhole(mapping, offset, unit);
    long bytes = wholeBytes(mapping, offset, length, unit);
    long result =
        bytes == 0
            ? mapping.calling(() -> 0)
            : mapping.overFile(
                start, bytes, (at, some, in) -> mapping.os.discard(mapping.handle(), at, some, in));
    mapping.check("discard", result, offset, length);
    return bytes;
  }

  /**
   * Gives storage of the file back.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return bytes in the pages that read as zeros now
   * @throws MmapException if the OS fails
   */
  public static long punchHole(Mapping mapping, long offset, long length) throws MmapException {
    mapping.requireFileWritable("punchHole");
    requireAccess(mapping, true, "punched out");
    long page = mapping.os.pageSize();
    long start = firstWhole(mapping, offset, page);
    long bytes = wholeBytes(mapping, offset, length, page);
    long result =
        bytes == 0
            ? mapping.calling(() -> 0)
            : mapping.overFile(
                start, bytes, (at, some, in) -> mapping.os.punchHole(mapping.handle(), in, some));
    mapping.check("punchHole", result, offset, length);
    return bytes;
  }

  /** Where the first page begins that lies in a range as a whole. */
  private static long firstWhole(Mapping mapping, long offset, long unit) {
    return (mapping.address() + mapping.lead() + offset + unit - 1) & -unit;
  }

  /** Whether nothing is behind the region in its last page. */
  private static boolean endsFile(Mapping mapping) {
    long end = mapping.spec().offset() + mapping.size();
    return !mapping.isShared() || mapping.calling(() -> mapping.os.size(mapping.handle())) <= end;
  }

  /** How many bytes from there the last one ends. */
  private static long wholeBytes(Mapping mapping, long offset, long length, long unit) {
    long start = firstWhole(mapping, offset, unit);
    long end = mapping.address() + mapping.lead() + offset + length;
    boolean toTheEnd = length > 0 && offset + length == mapping.size() && endsFile(mapping);
    long last = toTheEnd ? (end + unit - 1) & -unit : end & -unit;
    return Math.max(0, last - start);
  }

  /**
   * Drops pages from memory, after what is dirty was written.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @throws MmapException if the OS fails
   */
  public static void evict(Mapping mapping, long offset, long length) throws MmapException {
    if (!mapping.isShared()) {
      throw new UnsupportedOperationException(
          "only pages of a shared file can be had again after they were dropped: "
              + mapping.describe());
    }
    Verbs.sync(mapping, offset, length, SyncMode.BLOCKING, /* invalidate= */ false);
    long bytes = mapping.span(offset, length);
    long result =
        mapping.overFile(
            mapping.start(offset),
            bytes,
            (at, some, in) -> mapping.os.evict(mapping.handle(), at, some, in));
    mapping.check("evict", result, offset, length);
  }

  /**
   * Counts pages of the file that a range shows.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param length of the range
   * @return the counts of {@link io.mmapio.spi.FileCalls#cacheState}, or an empty array if the OS
   *     does not tell
   * @throws MmapException if the OS fails
   */
  public static long[] cacheState(Mapping mapping, long offset, long length) throws MmapException {
    long[] sums = new long[Jni.CACHE_COUNTS];
    long[] counts = new long[Jni.CACHE_COUNTS];
    if (mapping.handle() == MmapBackend.NO_HANDLE) {
      mapping.requireOpen();
      return new long[0];
    }
    long bytes = mapping.span(offset, length);
    long result =
        mapping.overFile(
            mapping.start(offset),
            bytes,
            (at, some, in) -> {
              long one = mapping.os.cacheState(mapping.handle(), in, some, counts);
              for (int i = 0; i < sums.length; i++) {
                sums[i] += counts[i];
              }
              return one;
            });
    if (result == MmapBackend.UNSUPPORTED || mapping.errors().isPermissionDenied(result)) {
      return new long[0];
    }
    mapping.check("cacheState", result, offset, length);
    return sums;
  }

  /**
   * Copies out of a region, or into it, without a fault.
   *
   * @param mapping of the region
   * @param offset into the region
   * @param buffer between its position and its limit; the position moves by what was copied
   * @param in whether into the region
   * @throws MmapException if a page is lost or the OS fails
   */
  public static void copy(Mapping mapping, long offset, ByteBuffer buffer, boolean in)
      throws MmapException {
    requireAccess(mapping, in, in ? "written" : "read");
    if (!buffer.hasRemaining()) {
      mapping.check(in ? "write" : "read", mapping.calling(() -> 0), offset, 0);
    } else if (buffer.isDirect() || buffer.hasArray()) {
      copyAll(mapping, offset, buffer, in);
    } else {
      // A read-only buffer over an array, to be written: nobody is shown its array.
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
    int length = buffer.remaining();
    long address = mapping.address() + mapping.lead() + offset;
    long copied = mapping.calling(() -> copied(mapping.os, address, buffer, in));
    mapping.check(in ? "write" : "read", copied, offset, length);
    buffer.position(buffer.position() + (int) copied);
    if (copied < length) {
      throw lost(mapping, in ? "write" : "read", offset + copied, length - copied);
    }
  }

  private static long copied(MmapBackend os, long address, ByteBuffer buffer, boolean in) {
    int at = buffer.position();
    int length = buffer.remaining();
    if (buffer.isDirect()) {
      return in ? os.copyIn(address, buffer, at, length) : os.copyOut(address, buffer, at, length);
    }
    int index = buffer.arrayOffset() + at;
    return in
        ? os.copyIn(address, buffer.array(), index, length)
        : os.copyOut(address, buffer.array(), index, length);
  }
}
