// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A backend that keeps account of what was taken, and whose n-th call fails. */
final class SimulatedOs {
  static final long PAGE = 4096;
  static final long UNIT = 65_536;
  static final int ERROR = 5;
  static final long NEVER = Long.MAX_VALUE;

  /** What cannot fail, and what asks for words only. */
  private static final Set<String> SURE =
      Set.of(
          "pageSize",
          "granularity",
          "supports",
          "limit",
          "errorName",
          "origin",
          "lostPage",
          "lossWord",
          "awaitLostPage"); // by a thread of its own

  private final long failAt;
  private long calls;
  private String failed = "";
  private long fileSize;
  private long next = 1L << 30;
  private final Set<Long> handles = new HashSet<>();
  private final Map<Long, Long> mapped = new HashMap<>();
  private boolean tombstones;
  private final Set<Long> guards = new HashSet<>();
  private final List<String> protocol = new ArrayList<>();

  final MmapBackend backend = AnsweringBackend.of(this::answer);

  SimulatedOs(long fileSize, long failAt) {
    this.fileSize = fileSize;
    this.failAt = failAt;
  }

  private Object answer(String call, Object[] arguments) {
    if (call.equals("hashCode") || call.equals("equals")) {
      throw new AssertionError("a backend is not looked up");
    }
    if (SURE.contains(call)) {
      return sure(call);
    }
    calls++;
    protocol.add(call);
    if (calls == failAt) {
      failed = call;
      if (call.equals("view")) {
        throw new OutOfMemoryError("simulated");
      }
      return (long) -ERROR;
    }
    return done(call, arguments);
  }

  private static Object sure(String call) {
    return switch (call) {
      case "pageSize" -> PAGE;
      case "granularity" -> UNIT;
      case "supports" -> true;
      case "errorName" -> "EIO";
      case "origin" -> "a test";
      case "lostPage" -> 0L;
      case "lossWord" -> ByteBuffer.allocateDirect(Long.BYTES);
      case "awaitLostPage" -> -1L;
      default -> 1024L;
    };
  }

  private Object done(String call, Object[] arguments) {
    return switch (call) {
      case "duplicate", "newMemory" -> opened();
      case "release" -> closed((long) arguments[0]);
      case "size", "sizeAndVisibility" -> fileSize;
      case "extend" -> {
        fileSize = Math.max(fileSize, (long) arguments[1] + (long) arguments[2]);
        yield (boolean) arguments[3] ? MmapBackend.ALLOCATED : MmapBackend.SIZED;
      }
      case "truncate" -> {
        fileSize = (long) arguments[1];
        yield 0L;
      }
      case "map" -> take((long) arguments[2]);
      case "reserve", "mapHuge" -> take((long) arguments[0]);
      case "unmap" -> unmapped((long) arguments[0], (long) arguments[1]);
      case "trackWrites" -> opened();
      case "untrack" -> closed((long) arguments[0]);
      case "written" -> written((long) arguments[0], (long) arguments[1], (long[]) arguments[3]);
      case "guard" -> guarded();
      case "unguard" -> guards.remove((long) arguments[0]) ? 0L : fail("no such guard");
      case "entomb" -> entombed((long) arguments[0]);
      case "entombGuarded" -> entombed((long) arguments[1]);
      case "view" -> ByteBuffer.allocateDirect((int) arguments[1]);
      case "copyOut", "copyIn" -> (long) (int) arguments[3];
      case "residencyVisible" -> 1L;
      default -> 0L;
    };
  }

  /** Every second page. */
  private static long written(long address, long length, long[] ranges) {
    int count = (int) Math.min(ranges.length / 2, length / (2 * PAGE));
    for (int i = 0; i < count; i++) {
      ranges[2 * i] = address + 2 * PAGE * i;
      ranges[2 * i + 1] = PAGE;
    }
    boolean all = count < ranges.length / 2;
    ranges[ranges.length - 1] = all ? address + length : address + 2 * PAGE * count;
    return count;
  }

  private long opened() {
    handles.add(next++);
    return next - 1;
  }

  private long closed(long handle) {
    return handles.remove(handle) ? 0 : fail("no such handle");
  }

  private long take(long length) {
    long address = next / UNIT * UNIT + UNIT;
    next = address + length + UNIT;
    mapped.put(address, (length + PAGE - 1) / PAGE * PAGE);
    return address;
  }

  private long unmapped(long address, long length) {
    Long whole = mapped.remove(address);
    return whole != null && whole == (length + PAGE - 1) / PAGE * PAGE
        ? 0
        : fail("not the whole of a mapping");
  }

  /** What is left is the collector's business, some time after the last view is gone. */
  private long entombed(long address) {
    tombstones = mapped.containsKey(address) || tombstones;
    return 0;
  }

  private long guarded() {
    guards.add(next++);
    return next - 1;
  }

  private static long fail(String what) {
    throw new AssertionError(what);
  }

  long calls() {
    return calls;
  }

  long fileSize() {
    return fileSize;
  }

  /** The name of the call that failed. */
  String failed() {
    return failed;
  }

  /** What is still taken, for people to read; empty if nothing is. */
  String leftovers() {
    // What could not be given back is still there, and that was said.
    boolean release = !handles.isEmpty() && !Set.of("release", "untrack").contains(failed);
    boolean kept = tombstones || Set.of("unmap", "entomb", "entombGuarded").contains(failed);
    return (release ? "handles " + handles : "")
        + (mapped.isEmpty() || kept ? "" : "mapped " + mapped)
        + (guards.isEmpty() || kept || failed.equals("unguard") ? "" : "guards " + guards);
  }

  @Override
  public String toString() {
    return protocol.toString();
  }
}
