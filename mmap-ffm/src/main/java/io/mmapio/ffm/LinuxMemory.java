// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies between mapped pages and other memory by the kernel, which reports pages that are lost.
 */
final class LinuxMemory {
  private static final long VECTOR = Unix.number("sizeof(struct_iovec)");
  private static final long BASE = Unix.number("struct_iovec.iov_base");
  private static final long LENGTH = Unix.number("struct_iovec.iov_len");
  private static final int SELF = (int) ProcessHandle.current().pid();

  private LinuxMemory() {}

  /** One call stops early, also without a page that is lost: the next one tells which it was. */
  static long transfer(MemorySegment good, long address, long length, boolean write) {
    long copied = 0;
    while (copied < length) {
      long left = length - copied;
      long step = step(good.asSlice(copied), address + copied, left, write);
      if (step < 0) {
        return step;
      }
      if (step == 0) {
        break;
      }
      copied += step;
    }
    return copied;
  }

  private static long step(MemorySegment good, long address, long length, boolean write) {
    MemorySegment room = CallMemory.room(2 * VECTOR);
    MemorySegment local = vector(room.asSlice(0, VECTOR), good.address(), length);
    MemorySegment remote = vector(room.asSlice(VECTOR, VECTOR), address, length);
    long result =
        write
            ? LinuxLibc.writeMemory(SELF, local, 1, remote, 1, 0)
            : LinuxLibc.readMemory(SELF, local, 1, remote, 1, 0);
    if (result == -Errors.EFAULT) {
      return 0;
    }
    return result == -Errors.ENOSYS ? MmapBackend.UNSUPPORTED : result;
  }

  private static MemorySegment vector(MemorySegment vector, long address, long length) {
    vector.set(ValueLayout.JAVA_LONG, BASE, address);
    vector.set(ValueLayout.JAVA_LONG, LENGTH, length);
    return vector;
  }

  /** Tells whether the kernel does this for this process. */
  static boolean isReadable() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(2);
      return transfer(bytes, bytes.address() + 1, 1, /* write= */ false) == 1;
    }
  }
}
