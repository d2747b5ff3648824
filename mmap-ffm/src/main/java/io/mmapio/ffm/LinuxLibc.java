// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The functions of the C library that Linux adds, as those of {@link Libc}. */
final class LinuxLibc {
  private static final MethodHandle FALLOCATE =
      Downcalls.function(
          "fallocate", Downcalls.INT, Downcalls.INT, Downcalls.INT, Downcalls.LONG, Downcalls.LONG);
  private static final MethodHandle SYNC_FILE_RANGE =
      Downcalls.function(
          "sync_file_range",
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.INT);
  private static final MethodHandle POSIX_FADVISE =
      Downcalls.function(
          "posix_fadvise",
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.INT);
  private static final MethodHandle MEMFD_CREATE =
      Downcalls.function("memfd_create", Downcalls.INT, Downcalls.POINTER, Downcalls.INT);
  private static final MethodHandle COPY_FILE_RANGE =
      Downcalls.function(
          "copy_file_range",
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.INT);
  private static final MethodHandle PROCESS_VM_READV =
      Downcalls.function(
          "process_vm_readv",
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.LONG);
  private static final MethodHandle PROCESS_VM_WRITEV =
      Downcalls.function(
          "process_vm_writev",
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.POINTER,
          Downcalls.LONG,
          Downcalls.LONG);
  private static final MethodHandle STATX =
      Downcalls.function(
          "statx",
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.POINTER,
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.POINTER);
  private static final MethodHandle FSTATFS =
      Downcalls.function("fstatfs", Downcalls.INT, Downcalls.INT, Downcalls.POINTER);
  private static final MethodHandle IOCTL =
      Downcalls.variadic(
          "ioctl", 2, Downcalls.INT, Downcalls.INT, Downcalls.LONG, Downcalls.POINTER);
  private static final MethodHandle SYSCALL =
      Downcalls.variadic(
          "syscall",
          1,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG);

  private LinuxLibc() {}

  /** fallocate(2). */
  static long allocate(int descriptor, int mode, long offset, long length) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) FALLOCATE.invokeExact(state, descriptor, mode, offset, length), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** sync_file_range(2). */
  static long startWriteback(int descriptor, long offset, long length, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) SYNC_FILE_RANGE.invokeExact(state, descriptor, offset, length, flags), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** posix_fadvise(2), which returns its error. */
  static long adviseFile(int descriptor, long offset, long length, int advice) {
    try {
      return -(int)
          POSIX_FADVISE.invokeExact(CallMemory.state(), descriptor, offset, length, advice);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** memfd_create(2). */
  static long newMemory(MemorySegment name, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) MEMFD_CREATE.invokeExact(state, name, flags), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** copy_file_range(2). */
  static long copyRange(
      int from, MemorySegment fromOffset, int to, MemorySegment toOffset, long length, int flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long) COPY_FILE_RANGE.invokeExact(state, from, fromOffset, to, toOffset, length, flags),
          state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** process_vm_readv(2). */
  static long readMemory(
      int process,
      MemorySegment local,
      long locals,
      MemorySegment remote,
      long remotes,
      long flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long)
              PROCESS_VM_READV.invokeExact(state, process, local, locals, remote, remotes, flags),
          state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** process_vm_writev(2). */
  static long writeMemory(
      int process,
      MemorySegment local,
      long locals,
      MemorySegment remote,
      long remotes,
      long flags) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long)
              PROCESS_VM_WRITEV.invokeExact(state, process, local, locals, remote, remotes, flags),
          state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** statx(2). */
  static long status(int directory, MemorySegment path, int flags, int mask, MemorySegment status) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) STATX.invokeExact(state, directory, path, flags, mask, status), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** fstatfs(2). */
  static long fileSystem(int descriptor, MemorySegment status) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) FSTATFS.invokeExact(state, descriptor, status), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** ioctl(2). */
  static long control(int descriptor, long request, MemorySegment argument) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) IOCTL.invokeExact(state, descriptor, request, argument), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** syscall(2): a call by its number. */
  static long call(
      long number, long first, long second, long third, long fourth, long fifth, long sixth) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (long) SYSCALL.invokeExact(state, number, first, second, third, fourth, fifth, sixth),
          state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }
}
