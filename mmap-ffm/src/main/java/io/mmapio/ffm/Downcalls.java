// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes method handles of C functions. Each takes, before its arguments, where errno is saved. */
@SuppressWarnings("restricted") // what native access is asked for
final class Downcalls {
  static final ValueLayout INT = ValueLayout.JAVA_INT;
  static final ValueLayout LONG = ValueLayout.JAVA_LONG;
  static final ValueLayout POINTER = ValueLayout.ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();

  private Downcalls() {}

  /**
   * A function with a fixed number of arguments.
   *
   * @param name in the C library; a function that it lacks returns ENOSYS
   * @param result of the function
   * @param arguments of the function; addresses of mapped pages are passed as LONG
   */
  static MethodHandle function(String name, MemoryLayout result, MemoryLayout... arguments) {
    return find(name, FunctionDescriptor.of(result, arguments), List.of());
  }

  /**
   * A function that is declared with "...", which some CPUs pass differently.
   *
   * @param fixed how many arguments stand before the dots
   */
  static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    FunctionDescriptor type = FunctionDescriptor.of(result, arguments);
    return find(name, type, List.of(Linker.Option.firstVariadicArg(fixed)));
  }

  private static MethodHandle find(
      String name, FunctionDescriptor type, List<Linker.Option> variadic) {
    Optional<MemorySegment> address = LINKER.defaultLookup().find(name);
    List<Linker.Option> options = new ArrayList<>(variadic);
    options.add(CallMemory.CAPTURE);
    return address.isPresent()
        ? LINKER.downcallHandle(address.get(), type, options.toArray(Linker.Option[]::new))
        : missing(type);
  }

  private static MethodHandle missing(FunctionDescriptor type) {
    try {
      MethodHandle fail =
          MethodHandles.lookup()
              .findStatic(
                  CallMemory.class, "fail", MethodType.methodType(int.class, MemorySegment.class));
      MethodType wanted = type.toMethodType().insertParameterTypes(0, MemorySegment.class);
      return MethodHandles.dropArguments(
          fail.asType(fail.type().changeReturnType(wanted.returnType())),
          1,
          type.toMethodType().parameterList());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("CallMemory.fail", e);
    }
  }

  /** A call declares every Throwable, and none is thrown but for arguments that are wrong. */
  static RuntimeException unexpected(Throwable e) {
    if (e instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException(e);
  }
}
