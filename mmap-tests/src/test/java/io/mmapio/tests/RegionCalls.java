// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MappedRegion;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Calls of a region that only newer versions have: one place to name them. */
final class RegionCalls {
  private RegionCalls() {}

  static boolean exist() {
    try {
      method("as", Class.class, long.class, long.class);
      return true;
    } catch (LinkageError e) {
      return false;
    }
  }

  static Object as(MappedRegion region, Class<?> type, long offset, long length) {
    return call(method("as", Class.class, long.class, long.class), region, type, offset, length);
  }

  static Object as(
      MappedRegion region, Class<?> type, long offset, long length, AutoCloseable arena) {
    return call(
        method("as", Class.class, long.class, long.class, AutoCloseable.class),
        region,
        type,
        offset,
        length,
        arena);
  }

  static boolean isResident(MappedRegion region, long offset, long length) {
    return (boolean) call(method("isResident", long.class, long.class), region, offset, length);
  }

  static long address(MappedRegion region) {
    return (long) call(method("address"), region);
  }

  private static Method method(String name, Class<?>... parameters) {
    try {
      return MappedRegion.class.getMethod(name, parameters);
    } catch (NoSuchMethodException e) {
      throw new LinkageError(name, e);
    }
  }

  private static Object call(Method method, Object target, Object... arguments) {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException known
          ? known
          : new IllegalArgumentException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new LinkageError(method.getName(), e);
    }
  }
}
