// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** The members of the JDK's classes that the backend needs and that are not public. */
final class JdkObjects {
  private final VarHandle descriptorNumber;
  private final VarHandle channelDescriptor;
  private final MethodHandle writable;
  private final MethodHandle readOnly;
  private final MethodHandle sessionOf;
  private final MethodHandle duplicateOf;

  private JdkObjects(MethodHandles.Lookup lookup) throws ReflectiveOperationException {
    descriptorNumber = lookup.findVarHandle(FileDescriptor.class, "fd", int.class);
    channelDescriptor =
        lookup.findVarHandle(jdkClass("sun.nio.ch.FileChannelImpl"), "fd", FileDescriptor.class);
    writable = constructor(lookup, "java.nio.DirectByteBuffer");
    readOnly = constructor(lookup, "java.nio.DirectByteBufferR");
    Class<?> segment = jdkClass("jdk.internal.foreign.AbstractMemorySegmentImpl");
    Class<?> session = jdkClass("jdk.internal.foreign.MemorySessionImpl");
    sessionOf =
        lookup
            .findVirtual(segment, "sessionImpl", MethodType.methodType(session))
            .asType(MethodType.methodType(Object.class, Object.class));
    duplicateOf =
        lookup
            .findVirtual(
                segment,
                "dup",
                MethodType.methodType(segment, long.class, long.class, boolean.class, session))
            .asType(
                MethodType.methodType(
                    Object.class,
                    Object.class,
                    long.class,
                    long.class,
                    boolean.class,
                    Object.class));
  }

  /** By the JVM's own loader: the one of this class may belong to a container that hides it. */
  private static Class<?> jdkClass(String name) throws ClassNotFoundException {
    return Class.forName(name, /* initialize= */ true, /* loader= */ null);
  }

  /** DirectByteBuffer(size, address, descriptor, unmapper, isSync, segment), or ...R. */
  private static MethodHandle constructor(MethodHandles.Lookup lookup, String type)
      throws ReflectiveOperationException {
    MethodHandle constructor =
        lookup.findConstructor(
            jdkClass(type),
            MethodType.methodType(
                void.class,
                int.class,
                long.class,
                FileDescriptor.class,
                Runnable.class,
                boolean.class,
                MemorySegment.class));
    return MethodHandles.insertArguments(constructor, 3, null, false, null)
        .asType(
            MethodType.methodType(ByteBuffer.class, int.class, long.class, FileDescriptor.class));
  }

  /**
   * Finds them.
   *
   * @throws IOException if this JDK is not as those that are known
   */
  static JdkObjects find() throws IOException {
    try {
      return new JdkObjects(TrustedLookup.create());
    } catch (ReflectiveOperationException e) {
      throw new IOException(
          "the classes of Java "
              + Runtime.version().feature()
              + " are not those that the backend ffm knows: "
              + e.getMessage(),
          e);
    }
  }

  /** The number in a descriptor. */
  int numberIn(FileDescriptor descriptor) {
    return (int) descriptorNumber.get(descriptor);
  }

  /** The number in the descriptor of a channel. */
  int numberIn(FileChannel channel) {
    return numberIn((FileDescriptor) channelDescriptor.get((Object) channel));
  }

  /** See {@link io.mmapio.spi.FileCalls#setDescriptor}. */
  void setNumber(FileDescriptor descriptor, long number) {
    descriptorNumber.set(descriptor, (int) number);
  }

  /** See {@link io.mmapio.spi.MappingCalls#view}. */
  ByteBuffer buffer(
      long address, int capacity, @Nullable FileDescriptor descriptor, boolean isReadOnly) {
    try {
      return isReadOnly
          ? (ByteBuffer) readOnly.invokeExact(capacity, address, descriptor)
          : (ByteBuffer) writable.invokeExact(capacity, address, descriptor);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }

  /** See {@link MmapBackend#segment}. */
  Object segment(Object mapped, Object scopeOf, long offset, long size, boolean isReadOnly) {
    try {
      Object session = (Object) sessionOf.invokeExact(scopeOf);
      return (Object) duplicateOf.invokeExact(mapped, offset, size, isReadOnly, session);
    } catch (Throwable e) {
      throw Downcalls.unexpected(e);
    }
  }
}
