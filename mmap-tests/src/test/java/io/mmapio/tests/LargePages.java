// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.Access;
import io.mmapio.Feature;
import io.mmapio.spi.MmapBackend;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose pages have 64 KiB, as some kernels for aarch64 and ppc64le have, made of the real
 * one, whose pages are smaller. As such a kernel would, it refuses every address and every file
 * offset that is no multiple of that, and throws for a length that is none where the SPI promises
 * whole pages.
 */
final class LargePages implements InvocationHandler {
  static final long PAGE = 1 << 16;

  /** Where the address is in the arguments of a call about whole pages; the length follows. */
  private static final Map<String, Integer> WHOLE_PAGES =
      Map.ofEntries(
          Map.entry("protect", 0),
          Map.entry("unmap", 0),
          Map.entry("entomb", 0),
          Map.entry("guard", 0),
          Map.entry("entombGuarded", 1),
          Map.entry("advise", 0),
          Map.entry("populate", 0),
          Map.entry("lock", 0),
          Map.entry("unlock", 0),
          Map.entry("discard", 1),
          Map.entry("evict", 1),
          Map.entry("sync", 1),
          Map.entry("punchHole", 1),
          Map.entry("trackWrites", 0),
          Map.entry("trackMore", 1));

  /** Calls that fail where a page of the real size lies wholly past the end of the file. */
  private static final Set<String> ENDING_WITH_THE_FILE = Set.of("populate", "lock");

  private final MmapBackend real;

  /** Addresses, and the ends of what was asked for there, in pages of the real size. */
  private final ConcurrentSkipListMap<Long, Long> ends = new ConcurrentSkipListMap<>();

  LargePages(MmapBackend real) {
    this.real = real;
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] given)
      throws Throwable {
    Object[] arguments = given == null ? new Object[0] : given.clone();
    return switch (method.getName()) {
      case "pageSize", "granularity" -> PAGE;
      case "supports" -> arguments[0] != Feature.CACHE_STATE && (boolean) pass(method, arguments);
      case "cacheState" -> MmapBackend.UNSUPPORTED;
      case "map" -> map((long) arguments[0], (long) arguments[1], (long) arguments[2], arguments);
      case "reserve" -> reserve((long) arguments[0]);
      case "mapInto" -> mapInto(arguments);
      case "adviseAll" -> adviseAll(method, arguments);
      case "prefetch" -> prefetch(method, arguments);
      case "allResident" -> allResident((long) arguments[0], (long) arguments[1]);
      case "resident" -> resident((long) arguments[0], (long) arguments[1], (long[]) arguments[2]);
      case "present" -> present((long) arguments[0], (long) arguments[1], (long[]) arguments[2]);
      default -> wholePages(method, arguments);
    };
  }

  private @Nullable Object pass(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void require(boolean whole, String what, Object value) {
    if (!whole) {
      throw new AssertionError(what + " is no multiple of " + PAGE + ": " + value);
    }
  }

  private static void requireMultiple(String what, long value) {
    require(value % PAGE == 0, what, value);
  }

  private static long roundUp(long length) {
    return length + PAGE - 1 & -PAGE;
  }

  private @Nullable Object wholePages(Method method, Object[] arguments) throws Throwable {
    String name = method.getName();
    Integer at = WHOLE_PAGES.get(name);
    if (at != null) {
      requireMultiple("address of " + name, (long) arguments[at]);
      requireMultiple("length of " + name, (long) arguments[at + 1]);
      if (ENDING_WITH_THE_FILE.contains(name)) {
        arguments[at + 1] = toTheEnd((long) arguments[at], (long) arguments[at + 1]);
      }
      if (name.equals("unmap")) {
        ends.subMap((long) arguments[0], (long) arguments[0] + (long) arguments[1]).clear();
      }
    }
    return pass(method, arguments);
  }

  private Object adviseAll(Method method, Object[] arguments) throws Throwable {
    for (long number : (long[]) arguments[0]) {
      requireMultiple("address or length of adviseAll", number);
    }
    return Objects.requireNonNull(pass(method, arguments));
  }

  private Object prefetch(Method method, Object[] arguments) throws Throwable {
    for (long number : (long[]) arguments[1]) {
      requireMultiple("offset or length of prefetch", number);
    }
    return Objects.requireNonNull(pass(method, arguments));
  }

  private long toTheEnd(long address, long length) {
    long end = address;
    Map.Entry<Long, Long> next = ends.floorEntry(address);
    while (next != null && next.getValue() > end) {
      end = next.getValue();
      next = ends.floorEntry(end);
    }
    return end == address ? length : Math.min(address + length, end) - address;
  }

  private long reserve(long length) {
    long whole = roundUp(length);
    long address = real.reserve(whole + PAGE);
    if (address < 0) {
      return address;
    }
    long aligned = roundUp(address);
    if (aligned > address) {
      real.unmap(address, aligned - address);
    }
    real.unmap(aligned + whole, address + PAGE - aligned);
    return aligned;
  }

  private long map(long handle, long offset, long length, Object[] arguments) {
    requireMultiple("offset of map", offset);
    long address = reserve(length);
    long mapped =
        address < 0 ? address : mapPages(address, handle, offset, length, (Access) arguments[3]);
    if (mapped < 0 && address >= 0) {
      real.unmap(address, roundUp(length));
    }
    return mapped;
  }

  private long mapInto(Object[] arguments) {
    requireMultiple("address of mapInto", (long) arguments[0]);
    requireMultiple("offset of mapInto", (long) arguments[2]);
    return mapPages(
        (long) arguments[0],
        (long) arguments[1],
        (long) arguments[2],
        (long) arguments[3],
        (Access) arguments[4]);
  }

  /** To the end of the last page, which a file need not reach. */
  private long mapPages(long address, long handle, long offset, long length, Access access) {
    long mapped = real.mapInto(address, handle, offset, roundUp(length), access);
    if (mapped >= 0) {
      long small = real.pageSize();
      long bytes = handle == MmapBackend.NO_HANDLE ? roundUp(length) : length;
      ends.put(address, address + (bytes + small - 1 & -small));
    }
    return mapped;
  }

  private long allResident(long address, long length) {
    requireMultiple("length of allResident", length);
    long[] one = new long[1];
    for (long page = 0; page < length; page += PAGE) {
      long result = resident(address + page, PAGE, one);
      if (result < 0 || (one[0] & 1) == 0) {
        return result;
      }
    }
    return 1;
  }

  /** A page is in memory if the first of the pages that it is made of is. */
  private long resident(long address, long length, long[] bits) {
    requireMultiple("address of resident", address);
    long[] small = new long[1];
    for (int page = 0; page * PAGE < length; page++) {
      long result = real.resident(address + page * PAGE, real.pageSize(), small);
      if (result < 0) {
        return result;
      }
      bits[page / Long.SIZE] &= ~(1L << page);
      bits[page / Long.SIZE] |= (small[0] & 1) << page;
    }
    return 0;
  }

  /** A page was touched if any of the pages that it is made of was. */
  private long present(long address, long length, long[] bits) {
    requireMultiple("address of present", address);
    long[] small = new long[1];
    for (int page = 0; page * PAGE < length; page++) {
      long result = real.present(address + page * PAGE, PAGE, small);
      if (result < 0) {
        return result;
      }
      bits[page / Long.SIZE] &= ~(1L << page);
      bits[page / Long.SIZE] |=
          (small[0] & ((1L << (PAGE / real.pageSize())) - 1)) != 0 ? 1L << page : 0;
    }
    return 0;
  }
}
