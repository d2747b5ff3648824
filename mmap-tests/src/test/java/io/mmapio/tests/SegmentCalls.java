// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationTargetException;
import java.nio.Buffer;
import java.nio.ByteBuffer;

/**
 * Calls of {@code MemorySegment} and {@code Arena}, as these tests are compiled for a JDK that has
 * neither. Only for JDK 22 and later.
 */
final class SegmentCalls {
  private static final Class<?> SEGMENT = SegmentTouches.segmentType();
  private static final Class<?> ARENA = SegmentTouches.type("Arena");
  private static final Object BYTE = SegmentTouches.layout("JAVA_BYTE");
  private static final MethodHandle GET = SegmentTouches.get("OfByte", byte.class);
  private static final MethodHandle SET = SegmentTouches.set("OfByte", byte.class);

  private SegmentCalls() {}

  static byte get(Object segment, long offset) {
    try {
      return (byte) GET.invokeExact(segment, BYTE, offset);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  static void set(Object segment, long offset, byte value) {
    try {
      SET.invokeExact(segment, BYTE, offset, value);
    } catch (Throwable e) {
      throw unchecked(e);
    }
  }

  static Object ofBuffer(Buffer buffer) {
    return call(SEGMENT, "ofBuffer", null, new Class<?>[] {Buffer.class}, buffer);
  }

  static Object slice(Object segment, long offset, long length) {
    Class<?>[] parameters = {long.class, long.class};
    return call(SEGMENT, "asSlice", segment, parameters, offset, length);
  }

  static Object readOnly(Object segment) {
    return call(SEGMENT, "asReadOnly", segment, new Class<?>[0]);
  }

  /** Keeps the lifetime, as the form without an arena does. */
  static Object reinterpret(Object segment, long size) {
    return call(SEGMENT, "reinterpret", segment, new Class<?>[] {long.class}, size);
  }

  static ByteBuffer buffer(Object segment) {
    return (ByteBuffer) call(SEGMENT, "asByteBuffer", segment, new Class<?>[0]);
  }

  static long size(Object segment) {
    return (long) call(SEGMENT, "byteSize", segment, new Class<?>[0]);
  }

  static long address(Object segment) {
    return (long) call(SEGMENT, "address", segment, new Class<?>[0]);
  }

  static boolean isReadOnly(Object segment) {
    return (boolean) call(SEGMENT, "isReadOnly", segment, new Class<?>[0]);
  }

  static boolean isMapped(Object segment) {
    return (boolean) call(SEGMENT, "isMapped", segment, new Class<?>[0]);
  }

  static boolean isLoaded(Object segment) {
    return (boolean) call(SEGMENT, "isLoaded", segment, new Class<?>[0]);
  }

  static void load(Object segment) {
    call(SEGMENT, "load", segment, new Class<?>[0]);
  }

  static void unload(Object segment) {
    call(SEGMENT, "unload", segment, new Class<?>[0]);
  }

  static void force(Object segment) {
    call(SEGMENT, "force", segment, new Class<?>[0]);
  }

  /** An arena that every thread may use and close. */
  static AutoCloseable sharedArena() {
    return (AutoCloseable) call(ARENA, "ofShared", null, new Class<?>[0]);
  }

  /** An arena of this thread. */
  static AutoCloseable confinedArena() {
    return (AutoCloseable) call(ARENA, "ofConfined", null, new Class<?>[0]);
  }

  private static Object call(
      Class<?> type, String name, Object target, Class<?>[] parameters, Object... arguments) {
    try {
      return type.getMethod(name, parameters).invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw unchecked(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(name, e);
    }
  }

  private static RuntimeException unchecked(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException known ? known : new IllegalArgumentException(e);
  }
}
