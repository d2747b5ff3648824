// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code java.lang.foreign.MemorySegment}s, from bytecode that JDK 17 loads too: the methods
 * are looked up once, on a JDK that has them.
 */
public final class Segments {
  /** The JDK whose foreign memory API is final: JEP 454. */
  private static final int FIRST_JDK = 22;

  private static final @Nullable Methods METHODS =
      Runtime.version().feature() >= FIRST_JDK ? Methods.find() : null;

  private Segments() {}

  private record Methods(
      Class<?> type,
      MethodHandle ofAddress,
      MethodHandle ofAuto,
      MethodHandle reinterpret,
      MethodHandle asReadOnly) {
    static Methods find() {
      try {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        Class<?> arena = Class.forName("java.lang.foreign.Arena");
        MethodType reinterpret = MethodType.methodType(segment, long.class, arena, Consumer.class);
        return new Methods(
            segment,
            lookup
                .findStatic(segment, "ofAddress", MethodType.methodType(segment, long.class))
                .asType(MethodType.methodType(Object.class, long.class)),
            lookup
                .findStatic(arena, "ofAuto", MethodType.methodType(arena))
                .asType(MethodType.methodType(Object.class)),
            lookup
                .findVirtual(segment, "reinterpret", reinterpret)
                .asType(
                    MethodType.methodType(
                        Object.class, Object.class, long.class, Object.class, Consumer.class)),
            lookup
                .findVirtual(segment, "asReadOnly", MethodType.methodType(segment))
                .asType(MethodType.methodType(Object.class, Object.class)));
      } catch (ReflectiveOperationException e) {
        throw new LinkageError("this JDK lacks what JEP 454 promises", e);
      }
    }
  }

  /**
   * Tells whether a class is MemorySegment, of a JDK where it can be made.
   *
   * @param type any class
   * @return whether {@link #create} makes instances of it
   */
  public static boolean isSegment(Class<?> type) {
    return METHODS != null && METHODS.type() == type;
  }

  /**
   * Makes a segment of an automatic arena: nobody has to close it, and closing costs nobody a
   * handshake with every thread.
   *
   * @param collected runs when neither the segment nor a view of it can be reached any more, or
   *     before this method throws
   */
  static Object create(long address, long size, boolean readOnly, Runnable collected) {
    Methods methods = Objects.requireNonNull(METHODS, "asked isSegment() before");
    Consumer<Object> cleanup = ignored -> collected.run();
    try {
      Object whole = (Object) methods.ofAddress().invokeExact(address);
      Object arena = (Object) methods.ofAuto().invokeExact();
      Object segment = (Object) methods.reinterpret().invokeExact(whole, size, arena, cleanup);
      return readOnly ? (Object) methods.asReadOnly().invokeExact(segment) : segment;
    } catch (RuntimeException | Error e) {
      collected.run();
      throw e; // IllegalCallerException: native access was denied, and its message says so
    } catch (Throwable e) {
      throw new LinkageError("MemorySegment methods declare no exception", e);
    }
  }
}
