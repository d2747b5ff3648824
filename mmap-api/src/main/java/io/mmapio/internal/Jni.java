// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import io.mmapio.spi.MmapBackend;
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
  @Native static final int VERSION = 1;

  @Native static final int ACCESS_NONE = 0;
  @Native static final int ACCESS_READ_ONLY = 1;
  @Native static final int ACCESS_READ_WRITE = 2;
  @Native static final int ACCESS_COPY_ON_WRITE = 3;

  @Native static final int ADVICE_NORMAL = 0;
  @Native static final int ADVICE_RANDOM = 1;
  @Native static final int ADVICE_SEQUENTIAL = 2;
  @Native static final int ADVICE_WILLNEED = 3;
  @Native static final int ADVICE_DONTNEED = 4;

  @Native static final int SYNC_ASYNC = 0;
  @Native static final int SYNC_BLOCKING = 1;
  @Native static final int SYNC_DURABLE = 2;

  /** Length of the array that {@link #resident} fills: 32,768 pages, 4 KiB on the C++ stack. */
  @Native static final int RESIDENT_WORDS = MmapBackend.RESIDENT_WORDS;

  private Jni() {}

  static native int version();

  static native long pageSize();

  static native long granularity();

  static native long duplicate(FileDescriptor descriptor);

  static native long duplicateOf(FileChannel channel);

  static native long release(long handle);

  static native long size(long handle);

  static native long extend(long handle, long offset, long length, boolean allocate);

  static native long map(long handle, long offset, long length, int access);

  static native long unmap(long address, long length);

  static native long entomb(long address, long length);

  static native long advise(long address, long length, int advice);

  static native long sync(
      long handle, long address, long length, long offset, int mode, boolean invalidate);

  static native long resident(long address, long length, long[] bits);

  static native long residencyVisible(long handle);

  static native ByteBuffer view(long address, int capacity);

  static native @Nullable String errorName(int error);
}
