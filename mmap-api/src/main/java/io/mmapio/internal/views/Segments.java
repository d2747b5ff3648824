// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.views;

import io.mmapio.spi.MmapBackend;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Creates {@code java.lang.foreign.MemorySegment}s, from bytecode that JDK 17 can load too. The
 * methods are looked up once, on a JDK that has them.
 */
public final class Segments {
  /** The first JDK whose foreign memory API is final: JEP 454. */
  private static final int FIRST_JDK = 22;

  private static final @Nullable Methods METHODS =
      Runtime.version().feature() >= FIRST_JDK ? Methods.find() : null;

  private Segments() {}

  /** Methods of MemorySegment, with Object in place of the types that JDK 17 lacks. */
  private record Methods(
      Class<?> type,
      Class<?> arena,
      MethodHandle ofBuffer,
      MethodHandle asSlice,
      MethodHandle resized,
      MethodHandle scoped) {
    static Methods find() {
      try {
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        return new Methods(
            segment,
            arena,
            lookup
                .findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class))
                .asType(MethodType.methodType(Object.class, ByteBuffer.class)),
            method(lookup, segment, "asSlice", long.class, long.class),
            method(lookup, segment, "reinterpret", long.class),
            method(lookup, segment, "reinterpret", arena, Consumer.class)
                .asType(
                    MethodType.methodType(
                        Object.class, Object.class, AutoCloseable.class, Consumer.class)));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("this JDK lacks what JEP 454 promises", e);
      }
    }

    private static MethodHandle method(
        MethodHandles.Lookup lookup, Class<?> segment, String name, Class<?>... parameters)
        throws ReflectiveOperationException {
      MethodHandle method =
          lookup.findVirtual(segment, name, MethodType.methodType(segment, parameters));
      return method.asType(
          method.type().changeReturnType(Object.class).changeParameterType(0, Object.class));
    }
  }

  /**
   * Tells whether a class is MemorySegment, on a JDK where segments can be created.
   *
   * @param type any class
   * @return whether {@link #of} creates instances of it
   */
  public static boolean isSegment(Class<?> type) {
    return METHODS != null && METHODS.type() == type;
  }

  /**
   * Creates a segment over the memory of a buffer, and possibly over more memory behind it.
   *
   * @param root a buffer, which the segment and everything derived from it keep alive
   * @param offset of the first byte in the buffer
   * @param size in bytes; all of it is memory that lives as long as the buffer
   * @param mapped whether the segment may be {@code isMapped()}
   * @param arena whose scope the segment receives; null for a scope that is always alive
   */
  public static Object of(
      MmapBackend os,
      ByteBuffer root,
      long offset,
      long size,
      boolean mapped,
      @Nullable AutoCloseable arena) {
    Methods methods = Objects.requireNonNull(METHODS, "asked isSegment() before");
    try {
      Object whole = (Object) methods.ofBuffer().invokeExact(root);
      Object segment = range(methods, os, whole, root, offset, size, mapped);
      return arena == null
          ? segment
          : scoped(methods, os, new Range(whole, segment, root, offset, size, mapped), arena);
    } catch (RuntimeException | Error e) {
      throw e; // IllegalCallerException: native access was denied, and its message says so
    } catch (Throwable e) {
      throw new LinkageError("MemorySegment methods declare no exception", e);
    }
  }

  /** A segment over a root, with the root that it was created from. */
  private record Range(
      Object whole, Object segment, ByteBuffer root, long offset, long size, boolean mapped) {}

  private static Object range(
      Methods methods,
      MmapBackend os,
      Object whole,
      ByteBuffer root,
      long offset,
      long size,
      boolean mapped)
      throws Throwable {
    if (size > root.capacity() - offset) {
      Object wider = mapped ? os.segment(whole, whole, offset, size, root.isReadOnly()) : null;
      if (wider != null) {
        return wider;
      }
      Object start = (Object) methods.asSlice().invokeExact(whole, offset, 0L);
      return (Object) methods.resized().invokeExact(start, size);
    }
    Object slice = (Object) methods.asSlice().invokeExact(whole, offset, size);
    return mapped ? slice : (Object) methods.resized().invokeExact(slice, size);
  }

  /**
   * The cleanup action of an arena. It does nothing, but keeps the object alive until the arena
   * ends.
   */
  private record Kept(Object object) implements Consumer<Object> {
    @Override
    public void accept(Object segment) {}
  }

  /**
   * Creates a segment in the scope of an arena. The arena, and not the segment, keeps the root
   * alive until the arena is closed or collected.
   */
  private static Object scoped(Methods methods, MmapBackend os, Range range, AutoCloseable arena)
      throws Throwable {
    if (!methods.arena().isInstance(arena)) {
      throw new IllegalArgumentException("not a java.lang.foreign.Arena: " + arena.getClass());
    }
    ByteBuffer root = range.root();
    Consumer<Object> kept = new Kept(root);
    Object scoped = (Object) methods.scoped().invokeExact(range.segment(), arena, kept);
    Object mapped =
        range.mapped()
            ? os.segment(range.whole(), scoped, range.offset(), range.size(), root.isReadOnly())
            : null;
    return mapped == null ? scoped : mapped;
  }
}
