// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import java.io.FileDescriptor;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Makes buffers and segments that the JDK itself takes for mapped files, as {@code FileChannel.map}
 * does, so that their {@code force()}, {@code load()} and {@code isLoaded()} act. The methods that
 * do so are not public; JNI reaches them. On a JDK that lacks them views are made without, which is
 * logged: {@code force()} would otherwise return, and nobody would know that it wrote nothing.
 */
final class JdkViews {
  private static final @Nullable Class<?> WRITABLE = find("java.nio.DirectByteBuffer");
  private static final @Nullable Class<?> READ_ONLY = find("java.nio.DirectByteBufferR");

  private static volatile boolean constructible = WRITABLE != null && READ_ONLY != null;

  /** Used where the constructors are unknown: it finds them by reflection, which takes 20 ms. */
  private static final class ByReflection {
    static final @Nullable Class<?> UTIL = find("sun.nio.ch.Util");
  }

  private static final AtomicBoolean WARNED = new AtomicBoolean();

  private JdkViews() {}

  private static @Nullable Class<?> find(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  /** See {@link io.mmapio.spi.MappingCalls#view}. */
  public static ByteBuffer buffer(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean readOnly) {
    ByteBuffer buffer = descriptor == null ? null : mapped(address, capacity, descriptor, readOnly);
    if (buffer != null) {
      return buffer;
    }
    ByteBuffer plain = Jni.view(address, capacity);
    return readOnly ? plain.asReadOnlyBuffer() : plain;
  }

  private static @Nullable ByteBuffer mapped(
      long address, int capacity, FileDescriptor descriptor, boolean readOnly) {
    Class<?> type = readOnly ? READ_ONLY : WRITABLE;
    if (constructible && type != null) {
      try {
        return Jni.newView(type, address, capacity, descriptor, readOnly);
      } catch (NoSuchMethodError e) {
        constructible = false; // an unknown JDK, which may have the older way
      }
    }
    try {
      if (ByReflection.UTIL != null) {
        return Jni.mappedView(ByReflection.UTIL, address, capacity, descriptor, readOnly);
      }
    } catch (NoSuchMethodError e) {
      // An unknown JDK: said below.
    }
    warn();
    return null;
  }

  /** See {@link io.mmapio.spi.MappingCalls#segment}. */
  public static @Nullable Object segment(
      Object mapped, Object scopeOf, long offset, long size, boolean readOnly) {
    try {
      return Jni.segment(mapped, scopeOf, offset, size, readOnly);
    } catch (NoSuchMethodError e) {
      warn();
      return null;
    }
  }

  private static void warn() {
    if (WARNED.compareAndSet(false, true)) {
      System.getLogger("io.mmapio")
          .log(
              System.Logger.Level.WARNING,
              "this JDK has no MappedByteBuffer for mmap-io to make: force() and load() of views do"
                  + " nothing, and isLoaded() is always true; use sync(), pages() and incore() of"
                  + " the region instead");
    }
  }
}
