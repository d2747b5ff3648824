// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Waits at words of memory on Linux: futex(2), by its number, as no C library has a function. */
final class Futex {
  private static final long CALL = Unix.number("__NR_futex");
  private static final long WAIT = Unix.number("FUTEX_WAIT");
  private static final long WAKE = Unix.number("FUTEX_WAKE");
  private static final long WAKE_OP_PRIVATE =
      Unix.number("FUTEX_WAKE_OP") | Unix.number("FUTEX_PRIVATE_FLAG");
  private static final long OR_WITH_NOTHING = (long) Unix.number("FUTEX_OP_OR") << 28;

  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private static final long SECOND = 1_000_000_000;

  /** A word at which nobody waits. */
  private static final long NOBODY = Arena.global().allocate(ValueLayout.JAVA_INT).address();

  private Futex() {}

  private static long sleepAtInt(long address, long expected, long nanoseconds) {
    MemorySegment time = CallMemory.room(2 * Long.BYTES); // the kernel's timespec
    time.set(ValueLayout.JAVA_LONG, 0, nanoseconds / SECOND);
    time.set(ValueLayout.JAVA_LONG, Long.BYTES, nanoseconds % SECOND);
    return LinuxLibc.call(
        CALL, address, WAIT, Integer.toUnsignedLong((int) expected), time.address(), 0, 0);
  }

  /**
   * A futex has 4 bytes. A thread that waits at 8 compares the upper half first, by a wait of no
   * length, and then sleeps at the lower half, where it is woken.
   */
  static long sleep(long address, int size, long expected, long nanoseconds) {
    if (size == Integer.BYTES) {
      return sleepAtInt(address, expected, nanoseconds);
    }
    long lower = LITTLE ? address : address + Integer.BYTES;
    long upper = LITTLE ? address + Integer.BYTES : address;
    long result = sleepAtInt(upper, expected >>> Integer.SIZE, 0);
    return result != 0 && result != -Errors.ETIMEDOUT
        ? result
        : sleepAtInt(lower, expected, nanoseconds);
  }

  static long wake(long address, boolean all) {
    long number = all ? Integer.MAX_VALUE : 1;
    if (!LITTLE && address % Long.BYTES == 0) {
      LinuxLibc.call(CALL, address + Integer.BYTES, WAKE, number, 0, 0, 0); // the lower half
    }
    return Math.min(0, LinuxLibc.call(CALL, address, WAKE, number, 0, 0, 0));
  }

  /**
   * Has the kernel OR nothing to a word of a page, atomically, so that no store of another thread
   * is lost, and a fault is an error.
   */
  static long touch(long address) {
    return LinuxLibc.call(CALL, NOBODY, WAKE_OP_PRIVATE, 0, 0, address, OR_WITH_NOTHING);
  }

  /** Tells whether the kernel does this for this process. */
  static boolean isSupported() {
    return sleepAtInt(NOBODY, 1, 0) != -Errors.ENOSYS;
  }
}
