// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.WaitCalls;
import java.io.FileDescriptor;
import java.lang.annotation.Native;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the native library, one for one those of {@code platform.h}, which says what
 * they do. Results below zero are minus the error number of the OS.
 */
final class Jni {
  /** Raised with every change of this class: a library of another version is refused. */
  @Native static final int VERSION = 9;

  @Native static final int ACCESS_NONE = 0;
  @Native static final int ACCESS_READ_ONLY = 1;
  @Native static final int ACCESS_READ_WRITE = 2;
  @Native static final int ACCESS_COPY_ON_WRITE = 3;

  @Native static final int ADVICE_NORMAL = 0;
  @Native static final int ADVICE_RANDOM = 1;
  @Native static final int ADVICE_SEQUENTIAL = 2;
  @Native static final int ADVICE_WILLNEED = 3;
  @Native static final int ADVICE_DONTNEED = 4;
  @Native static final int ADVICE_COLD = 5;
  @Native static final int ADVICE_PAGEOUT = 6;
  @Native static final int ADVICE_HUGEPAGE = 7;
  @Native static final int ADVICE_NOHUGEPAGE = 8;
  @Native static final int ADVICE_COLLAPSE = 9;
  @Native static final int ADVICE_DONTDUMP = 10;
  @Native static final int ADVICE_DODUMP = 11;
  @Native static final int ADVICE_DONTFORK = 12;
  @Native static final int ADVICE_DOFORK = 13;
  @Native static final int ADVICE_MERGEABLE = 14;
  @Native static final int ADVICE_UNMERGEABLE = 15;

  @Native static final int SYNC_ASYNC = 0;
  @Native static final int SYNC_BLOCKING = 1;
  @Native static final int SYNC_DURABLE = 2;

  @Native static final int FEATURE_SHRINK = 0;
  @Native static final int FEATURE_POPULATE_WRITE = 1;
  @Native static final int FEATURE_HUGE_PAGES = 2;
  @Native static final int FEATURE_DISCARD = 3;
  @Native static final int FEATURE_PUNCH_HOLE = 4;
  @Native static final int FEATURE_EVICT = 5;
  @Native static final int FEATURE_CACHE_STATE = 6;
  @Native static final int FEATURE_CHECKED_ACCESS = 7;
  @Native static final int FEATURE_SEALED_MEMORY = 8;
  @Native static final int FEATURE_GUARD = 9;
  @Native static final int FEATURE_WAIT = 10;
  @Native static final int FEATURE_WAIT_LONG = 11;
  @Native static final int FEATURE_CHANGE_TRACKING = 12;
  @Native static final int FEATURE_RECENCY = 13;

  @Native static final int SEAL_NONE = 0;
  @Native static final int SEAL_SHRINKING = 1;
  @Native static final int SEAL_SHRINKING_AND_GROWING = 2;

  @Native static final long WAIT_WOKEN = WaitCalls.WOKEN;
  @Native static final long WAIT_CHANGED = WaitCalls.CHANGED;
  @Native static final long WAIT_TIMED_OUT = WaitCalls.TIMED_OUT;

  @Native static final int LIMIT_LOCKED_MEMORY = 0;
  @Native static final int LIMIT_ADDRESS_SPACE = 1;
  @Native static final int LIMIT_OPEN_FILES = 2;
  @Native static final int LIMIT_FILE_SIZE = 3;

  @Native static final long UNSUPPORTED = MmapBackend.UNSUPPORTED;
  @Native static final long LOST = MmapBackend.LOST;

  @Native public static final long SIZE_UNKNOWN = MmapBackend.SIZE_UNKNOWN;

  /** Length of the array that {@link #resident} fills: 32,768 pages, 4 KiB on the C++ stack. */
  @Native static final int RESIDENT_WORDS = MmapBackend.RESIDENT_WORDS;

  /** Pages whose bits are a positive long. */
  static final int RESIDENT_FEW = 63;

  /** Length of the array that {@link #cacheState} fills. */
  @Native static final int CACHE_COUNTS = MmapBackend.CACHE_COUNTS;

  /** Length of the longest array that {@link #written} fills: 256 ranges. */
  @Native static final int CHANGE_ELEMENTS = MmapBackend.CHANGE_ELEMENTS;

  private Jni() {}

  public static native int version();

  public static native long pageSize();

  public static native long granularity();

  public static native long open(String path, boolean write);

  public static native long handleOf(Object channel);

  public static native long sizeAndVisibility(long handle, long[] visible);

  public static native long duplicate(FileDescriptor descriptor);

  public static native long duplicateOf(FileChannel channel);

  public static native void setDescriptor(FileDescriptor descriptor, long handle);

  public static native long release(long handle);

  public static native long size(long handle);

  public static native long extend(long handle, long offset, long length, boolean allocate);

  public static native long truncate(long handle, long size);

  public static native long punchHole(long handle, long offset, long length);

  public static native long newMemory(long length, int seal);

  public static native long cacheState(long handle, long offset, long length, long[] counts);

  public static native long meetsPages(long handle);

  public static native long readAt(
      long handle, long offset, ByteBuffer target, int position, int length);

  public static native long writeAt(
      long handle, long offset, ByteBuffer source, int position, int length);

  public static native long readArrayAt(
      long handle, long offset, byte[] target, int index, int length);

  public static native long writeArrayAt(
      long handle, long offset, byte[] source, int index, int length);

  public static native long copyRange(
      long from, long fromOffset, long to, long toOffset, long length);

  public static native long map(long handle, long offset, long length, int access);

  public static native long reserve(long length);

  public static native long mapInto(
      long address, long handle, long offset, long length, int access);

  public static native long mapHuge(long length, long pageSize);

  public static native long protect(long address, long length, int access);

  public static native long unmap(long address, long length);

  public static native long entomb(long address, long length);

  public static native long guard(long address, long length);

  public static native long entombGuarded(long guard, long address, long length);

  public static native long unguard(long guard);

  public static native long lostPage(long guard, boolean afterClosing);

  public static native ByteBuffer lossWord(long guard);

  public static native long awaitLostPage(int milliseconds);

  public static native long advise(long address, long length, int advice);

  public static native long adviseAll(long[] ranges, int advice);

  public static native long prefetch(long handle, long[] ranges);

  public static native long populate(long address, long length, boolean write);

  public static native long lock(long address, long length);

  public static native long unlock(long address, long length);

  public static native long discard(long handle, long address, long length, long offset);

  public static native long evict(long handle, long address, long length, long offset);

  public static native long copyOut(long address, ByteBuffer target, int position, int length);

  public static native long copyIn(long address, ByteBuffer source, int position, int length);

  public static native long copyOutArray(long address, byte[] target, int index, int length);

  public static native long copyInArray(long address, byte[] source, int index, int length);

  public static native long sync(
      long handle, long address, long length, long offset, int mode, boolean invalidate);

  public static native long resident(long address, long length, long[] bits);

  /** The same for at most {@link #RESIDENT_FEW} pages: returns their bits, or minus the error. */
  public static native long residentFew(long address, long length);

  public static native long allResident(long address, long length);

  public static native long present(long address, long length, long[] bits);

  public static native long residencyVisible(long handle);

  public static native long privatePages(long address, long length, long[] ranges);

  public static native long trackWrites(long address, long length);

  public static native long trackMore(long tracker, long address, long length);

  public static native long written(long address, long length, boolean reset, long[] ranges);

  public static native long untrack(long tracker);

  public static native long await(long address, int size, long expected, long nanoseconds);

  public static native long wake(long address, boolean all);

  public static native ByteBuffer view(long address, int capacity);

  /** Calls the constructor that {@link #mappedView} calls by reflection. */
  public static native @Nullable ByteBuffer newView(
      Class<?> type, long address, int capacity, FileDescriptor descriptor, boolean readOnly);

  public static native @Nullable ByteBuffer mappedView(
      Class<?> util, long address, int capacity, FileDescriptor descriptor, boolean readOnly);

  public static native @Nullable Object segment(
      Object mapped, Object scopeOf, long offset, long size, boolean readOnly);

  public static native long supports(int feature);

  public static native long limit(int limit);

  public static native @Nullable String errorName(int error);
}
