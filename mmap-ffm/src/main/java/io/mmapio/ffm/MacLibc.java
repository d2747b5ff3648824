// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** The functions of the C library of macOS that Linux lacks, as those of {@link Libc}. */
@SuppressWarnings("restricted") // what native access is asked for
final class MacLibc {
  /** On Intel the plain name is the function of the days of 32-bit inodes. */
  private static final String FSTAT_NAME =
      System.getProperty("os.arch").equals("x86_64") ? "fstat$INODE64" : "fstat";

  private static final MethodHandle FSTAT =
      Downcalls.function(FSTAT_NAME, Downcalls.INT, Downcalls.INT, Downcalls.POINTER);
  private static final MethodHandle FCNTL =
      Downcalls.variadic(
          "fcntl", 2, Downcalls.INT, Downcalls.INT, Downcalls.INT, Downcalls.POINTER);

  // Of the kernel: ports are int, and so are results, which are no errors of errno.
  private static final MethodHandle VM_READ_OVERWRITE =
      Downcalls.function(
          "vm_read_overwrite",
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.POINTER);
  private static final MethodHandle VM_WRITE =
      Downcalls.function(
          "vm_write", Downcalls.INT, Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.INT);

  private static final int SUCCESS = Unix.number("KERN_SUCCESS");

  private MacLibc() {}

  /** fstat(2). */
  static long stat(int descriptor, MemorySegment status) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError((int) FSTAT.invokeExact(state, descriptor, status), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** fcntl(2) with a structure. */
  static long control(int descriptor, int command, MemorySegment argument) {
    MemorySegment state = CallMemory.state();
    try {
      return CallMemory.orError(
          (int) FCNTL.invokeExact(state, descriptor, command, argument), state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** The port of this process, which macOS keeps in a variable. */
  private static int self() {
    return Linker.nativeLinker()
        .defaultLookup()
        .find("mach_task_self_")
        .orElseThrow()
        .reinterpret(Integer.BYTES)
        .get(ValueLayout.JAVA_INT, 0);
  }

  /** vm_read_overwrite: whether the kernel could read the memory. */
  static boolean readMemory(long from, long length, long to) {
    MemorySegment read = CallMemory.room(Long.BYTES);
    try {
      return (int) VM_READ_OVERWRITE.invokeExact(CallMemory.state(), self(), from, length, to, read)
          == SUCCESS;
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** vm_write: whether the kernel could write the memory. */
  static boolean writeMemory(long to, long from, int length) {
    try {
      return (int) VM_WRITE.invokeExact(CallMemory.state(), self(), to, from, length) == SUCCESS;
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }
}
