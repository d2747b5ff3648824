// SPDX-License-Identifier: Apache-2.0
package org.example.faults;

import io.mmapio.spi.MmapBackend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Sees every call of the library to its backend. */
final class Faults implements InvocationHandler {
  /** An error number that Linux, macOS and Windows have. */
  static final int EIO = 5;

  /** The calls that may return minus an error and have then done nothing. */
  private static final Set<String> MAY_FAIL =
      Set.of(
          "duplicate",
          "open",
          "size",
          "extend",
          "map",
          "reserve",
          "mapInto",
          "protect",
          "guard",
          "advise",
          "adviseAll",
          "populate",
          "lock",
          "resident",
          "sync",
          "copyOut",
          "copyIn",
          "readAt",
          "writeAt");

  /**
   * The calls that may move fewer bytes than they are told to; their last argument says how many.
   */
  private static final Set<String> MAY_BE_SHORT = Set.of("readAt", "writeAt");

  private static final Set<String> OPEN_HANDLES = Set.of("duplicate", "open", "newMemory");
  private static final Set<String> OPEN_RANGES = Set.of("map", "reserve", "mapHuge");

  private static final Map<String, Long> CALLS = new ConcurrentHashMap<>();
  private static final AtomicLong HANDLES = new AtomicLong();
  private static final AtomicLong RANGES = new AtomicLong();
  private static final AtomicLong UNTIL_FAULT = new AtomicLong(-1);
  private static volatile boolean shortened;
  private static volatile String failed = "";

  private final MmapBackend real;

  Faults(MmapBackend real) {
    this.real = real;
  }

  /** Lets the call after so many others fail, of all that may; returns to counting from zero. */
  static void failAfter(long calls) {
    CALLS.clear();
    failed = "";
    UNTIL_FAULT.set(calls);
  }

  /** Has blocks moved in small parts. */
  static void shorten(boolean on) {
    shortened = on;
  }

  /** Returns the name of the call that failed, or nothing. */
  static String failed() {
    return failed;
  }

  static long calls(String name) {
    return CALLS.getOrDefault(name, 0L);
  }

  /** Returns how many files are open and how many ranges of addresses are mapped. */
  static String held() {
    return HANDLES + " handles, " + RANGES + " ranges";
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    CALLS.merge(name, 1L, Long::sum);
    if (MAY_FAIL.contains(name) && UNTIL_FAULT.getAndDecrement() == 0) {
      failed = name;
      return (long) -EIO;
    }
    if (shortened && MAY_BE_SHORT.contains(name)) {
      int last = arguments.length - 1;
      arguments[last] = Math.min(1000, (int) arguments[last]);
    }
    try {
      Object result = method.invoke(real, arguments);
      count(name, result);
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void count(String name, Object result) {
    if (OPEN_HANDLES.contains(name) && (long) result >= 0) {
      HANDLES.incrementAndGet();
    } else if (name.equals("release")) {
      HANDLES.decrementAndGet();
    } else if (OPEN_RANGES.contains(name) && (long) result >= 0) {
      RANGES.incrementAndGet();
    } else if (name.equals("unmap")) {
      RANGES.decrementAndGet();
    }
  }
}
