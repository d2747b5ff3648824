// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** Waits at words of memory on macOS 14.4 and later: os/os_sync_wait_on_address.h. */
final class MacWords {
  private static final int SHARED = 1; // OS_SYNC_WAIT_ON_ADDRESS_SHARED, and the same for wakes
  private static final int MACH_CLOCK = 32; // OS_CLOCK_MACH_ABSOLUTE_TIME

  private static final MethodHandle WAIT =
      Downcalls.function(
          "os_sync_wait_on_address_with_timeout",
          Downcalls.INT,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.LONG,
          Downcalls.INT,
          Downcalls.INT,
          Downcalls.LONG);
  private static final MethodHandle WAKE_ANY = wakeFunction("os_sync_wake_by_address_any");
  private static final MethodHandle WAKE_ALL = wakeFunction("os_sync_wake_by_address_all");

  private MacWords() {}

  private static MethodHandle wakeFunction(String name) {
    return Downcalls.function(name, Downcalls.INT, Downcalls.LONG, Downcalls.LONG, Downcalls.INT);
  }

  /** A value that differs and a wake are told alike: the caller reads the word anyway. */
  static long sleep(long address, int size, long expected, long nanoseconds) {
    long value = size == Integer.BYTES ? Integer.toUnsignedLong((int) expected) : expected;
    long time = Math.max(1, nanoseconds);
    MemorySegment state = CallMemory.state();
    try {
      int result =
          (int) WAIT.invokeExact(state, address, value, (long) size, SHARED, MACH_CLOCK, time);
      return Math.min(0, CallMemory.orError(result, state));
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** Those who wait at 8 bytes are kept apart from those who wait at 4. ENOENT: there are none. */
  static long wake(long address, boolean all) {
    long result = wake(address, Integer.BYTES, all);
    if (address % Long.BYTES == 0) {
      wake(address, Long.BYTES, all);
    }
    return result == -Errors.ENOENT ? 0 : result;
  }

  private static long wake(long address, long size, boolean all) {
    MemorySegment state = CallMemory.state();
    try {
      int result =
          all
              ? (int) WAKE_ALL.invokeExact(state, address, size, SHARED)
              : (int) WAKE_ANY.invokeExact(state, address, size, SHARED);
      return CallMemory.orError(result, state);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** Tells whether this macOS has the functions. */
  static boolean isSupported() {
    return Linker.nativeLinker()
        .defaultLookup()
        .find("os_sync_wait_on_address_with_timeout")
        .isPresent();
  }
}
