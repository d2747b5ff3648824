// SPDX-License-Identifier: Apache-2.0
package io.mmapio.bench;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;

/**
 * {@code java.lang.foreign}, which classes for JDK 17 cannot name. The handles are constants to the
 * compiler, so calling through them costs what a direct call costs.
 */
final class Segments {
  private static final MethodHandle SIZE;
  private static final MethodHandle GET;
  private static final MethodHandle SET;
  private static final MethodHandle COPY;
  private static final MethodHandle OF_ARRAY;
  private static final MethodHandle MAP;
  private static final MethodHandle SHARED;
  private static final MethodHandle CONFINED;

  static {
    MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    try {
      Class<?> segment = type();
      Class<?> arena = Class.forName("java.lang.foreign.Arena");
      SIZE = untyped(lookup.findVirtual(segment, "byteSize", MethodType.methodType(long.class)));
      VarHandle words = words(lookup);
      GET = untyped(words.toMethodHandle(VarHandle.AccessMode.GET));
      SET = untyped(words.toMethodHandle(VarHandle.AccessMode.SET));
      COPY = untyped(lookup.findStatic(segment, "copy", copying(segment)));
      OF_ARRAY =
          untyped(
              lookup.findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class)));
      MAP = untyped(lookup.findVirtual(FileChannel.class, "map", mapping(segment, arena)));
      SHARED = untyped(lookup.findStatic(arena, "ofShared", MethodType.methodType(arena)));
      CONFINED = untyped(lookup.findStatic(arena, "ofConfined", MethodType.methodType(arena)));
    } catch (ReflectiveOperationException e) {
      throw new UnsupportedOperationException("MemorySegment needs JDK 22 or later", e);
    }
  }

  private Segments() {}

  /** The class MemorySegment. */
  static Class<?> type() {
    try {
      return Class.forName("java.lang.foreign.MemorySegment");
    } catch (ClassNotFoundException e) {
      throw new UnsupportedOperationException("MemorySegment needs JDK 22 or later", e);
    }
  }

  static long size(Object segment) {
    return (long) call(SIZE, segment);
  }

  static long getLong(Object segment, long offset) {
    try {
      return (long) GET.invokeExact(segment, offset);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void putLong(Object segment, long offset, long value) {
    try {
      SET.invokeExact(segment, offset, value);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void copy(Object from, Object to, long offset, long length) {
    try {
      COPY.invokeExact(from, 0L, to, offset, length);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static Object ofArray(byte[] bytes) {
    return call(OF_ARRAY, bytes);
  }

  static Object map(FileChannel channel, long size, AutoCloseable arena) {
    return call(MAP, channel, MapMode.READ_WRITE, 0L, size, arena);
  }

  static AutoCloseable sharedArena() {
    return (AutoCloseable) call(SHARED);
  }

  static AutoCloseable confinedArena() {
    return (AutoCloseable) call(CONFINED);
  }

  static void close(AutoCloseable arena) {
    try {
      arena.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static VarHandle words(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
    Class<?> layout = Class.forName("java.lang.foreign.ValueLayout");
    Object longs = layout.getField("JAVA_LONG_UNALIGNED").get(null);
    MethodHandle varHandle =
        lookup.findVirtual(layout, "varHandle", MethodType.methodType(VarHandle.class));
    return (VarHandle) call(varHandle, longs);
  }

  private static MethodType copying(Class<?> segment) {
    return MethodType.methodType(void.class, segment, long.class, segment, long.class, long.class);
  }

  private static MethodType mapping(Class<?> segment, Class<?> arena) {
    return MethodType.methodType(segment, MapMode.class, long.class, long.class, arena);
  }

  /** The same handle with Object for every type that cannot be named here. */
  private static MethodHandle untyped(MethodHandle handle) {
    return handle.asType(handle.type().erase());
  }

  private static Object call(MethodHandle handle, Object... arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
