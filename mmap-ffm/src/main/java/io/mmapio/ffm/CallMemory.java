// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The memory that one call of a thread needs: where the JDK saves errno, before the JVM itself can
 * change it, and room for a small structure. No call makes another one while it uses the room.
 */
final class CallMemory {
  /** Asks for errno to be saved. */
  static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");

  private static final StructLayout LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = LAYOUT.varHandle(PathElement.groupElement("errno"));

  /** Enough for statx(2), the largest structure. */
  private static final long ROOM = 256;

  private static final long ROOM_OFFSET = 64;

  /** The value is an object of the JDK, so a thread that goes on pins no class loader. */
  private static final ThreadLocal<MemorySegment> OF_THREAD = new ThreadLocal<>();

  private CallMemory() {}

  /** Where a call of the current thread saves errno. */
  static MemorySegment state() {
    MemorySegment memory = OF_THREAD.get();
    if (memory == null) {
      memory = Arena.ofAuto().allocate(ROOM_OFFSET + ROOM, ROOM_OFFSET);
      OF_THREAD.set(memory);
    }
    return memory;
  }

  /** Bytes of the current thread, good until its next use of this method; not cleared. */
  static MemorySegment room(long size) {
    return state().asSlice(ROOM_OFFSET, size);
  }

  /** What the SPI returns for the result of a call that says -1 on failure. */
  static long orError(long returned, MemorySegment state) {
    return returned != -1 ? returned : -(long) (int) ERRNO.get(state, 0L);
  }

  /** Fails as a function that the C library lacks. */
  static int fail(MemorySegment state) {
    ERRNO.set(state, 0L, Errors.ENOSYS);
    return -1;
  }
}
