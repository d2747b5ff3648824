// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import static io.mmapio.tests.Touch.BULK;
import static io.mmapio.tests.Touch.STRIDE;
import static io.mmapio.tests.Touch.bulkStart;
import static io.mmapio.tests.Touch.half;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The ways to read and write a {@code MemorySegment}, as these tests are compiled for a JDK that
 * has none. Only for JDK 22 and later.
 */
final class SegmentTouches {
  private static final Class<?> SEGMENT = type("MemorySegment");
  private static final Class<?> LAYOUT = type("ValueLayout");
  private static final Object BYTE = layout("JAVA_BYTE");
  private static final Object INT = layout("JAVA_INT_UNALIGNED");
  private static final Object LONG = layout("JAVA_LONG");
  private static final MethodHandle GET_BYTE = get("OfByte", byte.class);
  private static final MethodHandle GET_INT = get("OfInt", int.class);
  private static final MethodHandle GET_LONG = get("OfLong", long.class);
  private static final MethodHandle SET_BYTE = set("OfByte", byte.class);
  private static final MethodHandle SET_INT = set("OfInt", int.class);
  private static final MethodHandle SET_LONG = set("OfLong", long.class);
  private static final MethodHandle SLICE = method("asSlice", SEGMENT, long.class, long.class);
  private static final MethodHandle COPY = method("copyFrom", SEGMENT, SEGMENT);
  private static final MethodHandle FILL = method("fill", SEGMENT, byte.class);
  private static final MethodHandle MISMATCH = method("mismatch", long.class, SEGMENT);
  private static final MethodHandle AS_BUFFER = method("asByteBuffer", ByteBuffer.class);
  private static final MethodHandle TO_ARRAY =
      method("toArray", byte[].class, type("ValueLayout$OfByte"));
  private static final MethodHandle GET_STRING = method("getString", String.class, long.class);
  private static final VarHandle LONGS = longs();

  private final Map<String, Touch<Object>> kinds = new LinkedHashMap<>();
  private final byte marker;
  private final Object same;
  private final Object source;

  /**
   * Touches that write a marker.
   *
   * @param same a segment that the part of the view that is read is like, for comparing
   */
  SegmentTouches(byte marker, Object same) {
    this.marker = marker;
    this.same = same;
    byte[] bytes = new byte[BULK];
    Arrays.fill(bytes, marker);
    this.source = ofBuffer(ByteBuffer.allocateDirect(BULK).put(bytes).flip());
  }

  /** A direct buffer as a segment. */
  static Object ofBuffer(ByteBuffer buffer) {
    try {
      return SEGMENT.getMethod("ofBuffer", Buffer.class).invoke(null, buffer);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("MemorySegment.ofBuffer", e);
    }
  }

  static Class<?> segmentType() {
    return SEGMENT;
  }

  static Class<?> type(String name) {
    try {
      return Class.forName("java.lang.foreign." + name);
    } catch (ClassNotFoundException e) {
      throw new LinkageError(name, e);
    }
  }

  static Object layout(String name) {
    try {
      return LAYOUT.getField(name).get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  static MethodHandle get(String layout, Class<?> value) {
    return method("get", value, type("ValueLayout$" + layout), long.class);
  }

  static MethodHandle set(String layout, Class<?> value) {
    return method("set", void.class, type("ValueLayout$" + layout), long.class, value);
  }

  /** A method with Object in place of every type that this code cannot name. */
  private static MethodHandle method(String name, Class<?> result, Class<?>... parameters) {
    try {
      MethodHandle method =
          MethodHandles.publicLookup()
              .findVirtual(SEGMENT, name, MethodType.methodType(result, parameters));
      return method.asType(method.type().erase());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  private static VarHandle longs() {
    try {
      return (VarHandle) LAYOUT.getMethod("varHandle").invoke(LONG);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("ValueLayout.varHandle", e);
    }
  }

  /** Those that read, then those that write, by name. */
  Map<String, Touch<Object>> kinds(int size) {
    if (kinds.isEmpty()) {
      read(size);
      readInBulk(bulkStart(0, size));
      readThroughVarHandle(size);
      write(size);
      writeInBulk(bulkStart(0, size), bulkStart(half(size), size));
      writeThroughVarHandle(size);
    }
    return kinds;
  }

  /** An element at an offset. */
  @FunctionalInterface
  private interface Element {
    long at(long offset) throws Throwable;
  }

  private static long sum(int from, int to, Element element) throws Throwable {
    long sum = 0;
    for (int i = from; i < to; i += STRIDE) {
      sum = 31 * sum + element.at(i);
    }
    return sum;
  }

  private static Object slice(Object segment, long offset) throws Throwable {
    return (Object) SLICE.invokeExact(segment, offset, (long) BULK);
  }

  private void read(int size) {
    int end = half(size);
    kinds.put("segment get byte", s -> sum(0, end, i -> (byte) GET_BYTE.invokeExact(s, BYTE, i)));
    kinds.put("segment get int", s -> sum(0, end, i -> (int) GET_INT.invokeExact(s, INT, i)));
    kinds.put("segment get long", s -> sum(0, end, i -> (long) GET_LONG.invokeExact(s, LONG, i)));
    kinds.put(
        "segment getString", s -> ((String) (Object) GET_STRING.invokeExact(s, 0L)).hashCode());
  }

  private void readInBulk(int start) {
    Object target = ofBuffer(ByteBuffer.allocateDirect(BULK));
    kinds.put(
        "segment mismatch", s -> (long) MISMATCH.invokeExact(slice(s, start), slice(same, start)));
    kinds.put(
        "segment toArray",
        s -> Arrays.hashCode((byte[]) (Object) TO_ARRAY.invokeExact(slice(s, start), BYTE)));
    kinds.put(
        "segment asByteBuffer",
        s -> ((ByteBuffer) (Object) AS_BUFFER.invokeExact(slice(s, start))).hashCode());
    kinds.put(
        "segment copied from",
        s ->
            (byte)
                GET_BYTE.invokeExact(
                    (Object) COPY.invokeExact(target, slice(s, start)), BYTE, BULK - 1L));
  }

  private void readThroughVarHandle(int size) {
    int end = half(size);
    kinds.put("segment VarHandle get", s -> sum(0, end, i -> (long) LONGS.get(s, i)));
    kinds.put("segment VarHandle getAcquire", s -> sum(0, end, i -> (long) LONGS.getAcquire(s, i)));
    kinds.put(
        "segment VarHandle getVolatile", s -> sum(0, end, i -> (long) LONGS.getVolatile(s, i)));
  }

  private void write(int size) {
    int from = half(size);
    kinds.put("segment set byte", s -> sum(from, size, i -> setByte(s, i)));
    kinds.put("segment set int", s -> sum(from, size, i -> setInt(s, i)));
    kinds.put("segment set long", s -> sum(from, size, i -> setLong(s, i)));
  }

  private long setByte(Object segment, long offset) throws Throwable {
    SET_BYTE.invokeExact(segment, BYTE, offset, marker);
    return (byte) GET_BYTE.invokeExact(segment, BYTE, offset);
  }

  private long setInt(Object segment, long offset) throws Throwable {
    SET_INT.invokeExact(segment, INT, offset, marker + 1);
    return (int) GET_INT.invokeExact(segment, INT, offset);
  }

  private long setLong(Object segment, long offset) throws Throwable {
    SET_LONG.invokeExact(segment, LONG, offset, marker + 2L);
    return (long) GET_LONG.invokeExact(segment, LONG, offset);
  }

  private void writeInBulk(int from, int to) {
    kinds.put("segment fill", s -> written((Object) FILL.invokeExact(slice(s, to), marker)));
    kinds.put("segment copied to", s -> written((Object) COPY.invokeExact(slice(s, to), source)));
    kinds.put(
        "segment copied to itself",
        s -> written((Object) COPY.invokeExact(slice(s, to), slice(s, from))));
  }

  private static long written(Object slice) throws Throwable {
    return (byte) GET_BYTE.invokeExact(slice, BYTE, BULK - 1L);
  }

  private void writeThroughVarHandle(int size) {
    int from = half(size);
    kinds.put("segment VarHandle setRelease", s -> sum(from, size, i -> setRelease(s, i)));
    kinds.put("segment VarHandle compareAndSet", s -> sum(from, size, i -> compareAndSet(s, i)));
    kinds.put(
        "segment VarHandle getAndAdd", s -> sum(from, size, i -> add(s, i, 9) + add(s, i, -9)));
  }

  private long setRelease(Object segment, long offset) {
    LONGS.setRelease(segment, offset, marker + 3L);
    return (long) LONGS.get(segment, offset);
  }

  private long compareAndSet(Object segment, long offset) {
    long current = (long) LONGS.getVolatile(segment, offset);
    return LONGS.compareAndSet(segment, offset, current, marker + 4L) ? 1 : 0;
  }

  private static long add(Object segment, long offset, long what) {
    return (long) LONGS.getAndAdd(segment, offset, what);
  }
}
