// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The functions of the C library that every Unix has, by their names there. Each returns what the
 * function returns, or minus the error. Sizes and offsets have 64 bits. The methods look alike and
 * cannot be one: the exact types of a call have to stand where it is made.
 */
final class Libc {
  private static final MethodHandle MMAP =
      Downcalls.function(
          "mmap",
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.LONG);
  private static final MethodHandle MUNMAP =
      Downcalls.function("munmap", Downcalls.INT, Downcalls.LONG, Downcalls.LONG);
  private static final MethodHandle MPROTECT =
      Downcalls.function("mprotect", Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.INT);
  private static final MethodHandle MADVISE =
      Downcalls.function("madvise", Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.INT);
  private static final MethodHandle MLOCK =
      Downcalls.function("mlock", Downcalls.INT, Downcalls.LONG, Downcalls.LONG);
  private static final MethodHandle MUNLOCK =
      Downcalls.function("munlock", Downcalls.INT, Downcalls.LONG, Downcalls.LONG);
  private static final MethodHandle MSYNC =
      Downcalls.function("msync", Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.INT);
  private static final MethodHandle MINCORE =
      Downcalls.function(
          "mincore", Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.POINTER);
  private static final MethodHandle OPEN =
      Downcalls.variadic("open", 2, Downcalls.INT, Downcalls.POINTER, Downcalls.INT);
  private static final MethodHandle CLOSE =
      Downcalls.function("close", Downcalls.INT, Downcalls.INT);
  private static final MethodHandle FSYNC =
      Downcalls.function("fsync", Downcalls.INT, Downcalls.INT);
  private static final MethodHandle FCNTL =
      Downcalls.variadic("fcntl", 2, Downcalls.INT, Downcalls.INT, Downcalls.INT, Downcalls.INT);
  private static final MethodHandle FTRUNCATE =
      Downcalls.function("ftruncate", Downcalls.INT, Downcalls.INT, Downcalls.LONG);
  private static final MethodHandle PREAD =
      Downcalls.function(
          "pread",
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.LONG);
  private static final MethodHandle PWRITE =
      Downcalls.function(
          "pwrite",
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.LONG);
  private static final MethodHandle FACCESSAT =
      Downcalls.function(
          "faccessat",
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.INT,
          Downcalls.INT);
  private static final MethodHandle GETRLIMIT =
      Downcalls.function("getrlimit", Downcalls.INT, Downcalls.INT, Downcalls.POINTER);
  private static final MethodHandle GETPAGESIZE = Downcalls.function("getpagesize", Downcalls.INT);
  private static final MethodHandle GETEUID = Downcalls.function("geteuid", Downcalls.INT);

  private Libc() {}

  /** Maps pages: mmap(2). */
  static long map(
      long address, long length, int protection, int flags, int descriptor, long offset) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long) MMAP.invokeExact(state, address, length, protection, flags, descriptor, offset),
          state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** munmap(2). */
  static long unmap(long address, long length) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MUNMAP.invokeExact(state, address, length), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** mprotect(2). */
  static long protect(long address, long length, int protection) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) MPROTECT.invokeExact(state, address, length, protection), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** madvise(2). */
  static long advise(long address, long length, int advice) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MADVISE.invokeExact(state, address, length, advice), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** mlock(2). */
  static long lock(long address, long length) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MLOCK.invokeExact(state, address, length), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** munlock(2). */
  static long unlock(long address, long length) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MUNLOCK.invokeExact(state, address, length), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** msync(2). */
  static long sync(long address, long length, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MSYNC.invokeExact(state, address, length, flags), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** mincore(2). */
  static long inCore(long address, long length, MemorySegment states) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MINCORE.invokeExact(state, address, length, states), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** open(2) of a file that exists. */
  static long open(MemorySegment path, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) OPEN.invokeExact(state, path, flags), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** close(2). */
  static long close(int descriptor) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) CLOSE.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** fsync(2). */
  static long flush(int descriptor) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) FSYNC.invokeExact(state, descriptor), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** fcntl(2) with a number. */
  static long control(int descriptor, int command, int argument) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) FCNTL.invokeExact(state, descriptor, command, argument), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** ftruncate(2). */
  static long truncate(int descriptor, long size) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) FTRUNCATE.invokeExact(state, descriptor, size), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** pread(2). */
  static long readAt(int descriptor, MemorySegment target, long length, long offset) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long) PREAD.invokeExact(state, descriptor, target, length, offset), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** pwrite(2). */
  static long writeAt(int descriptor, MemorySegment source, long length, long offset) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long) PWRITE.invokeExact(state, descriptor, source, length, offset), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** faccessat(2). */
  static long accessAt(int directory, MemorySegment path, int mode, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) FACCESSAT.invokeExact(state, directory, path, mode, flags), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** getrlimit(2). */
  static long limit(int resource, MemorySegment limit) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) GETRLIMIT.invokeExact(state, resource, limit), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** getpagesize(3). */
  static int pageSize() {
    try {
      return (int) GETPAGESIZE.invokeExact(CallMemory.state());
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** geteuid(2). */
  static int effectiveUser() {
    try {
      return (int) GETEUID.invokeExact(CallMemory.state());
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }
}
