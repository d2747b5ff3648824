// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;

/**
 * A lookup that reaches all members of the JDK's classes. The file descriptor inside a channel and
 * the constructor of a buffer that knows its file are not public. Native code reaches such members
 * through JNI, without any {@code --add-opens}. Java reaches them by the module {@code
 * jdk.unsupported}, whose ReflectionFactory opens a constructor for libraries that serialise.
 */
final class TrustedLookup {
  /** The mode of the lookup that the JDK uses itself. */
  private static final int TRUSTED = -1;

  private TrustedLookup() {}

  /**
   * Creates the lookup.
   *
   * @throws IOException if this Java runtime has no such module, or another lookup
   */
  static MethodHandles.Lookup create() throws IOException {
    try {
      Class<?> factory =
          Class.forName("sun.reflect.ReflectionFactory", true, null); // whatever loads this class
      Constructor<?> closed =
          MethodHandles.Lookup.class.getDeclaredConstructor(Class.class, Class.class, int.class);
      Constructor<?> open =
          (Constructor<?>)
              factory
                  .getMethod("newConstructorForSerialization", Class.class, Constructor.class)
                  .invoke(
                      factory.getMethod("getReflectionFactory").invoke(null),
                      MethodHandles.Lookup.class,
                      closed);
      return (MethodHandles.Lookup) open.newInstance(Object.class, null, TRUSTED);
    } catch (ReflectiveOperationException e) {
      throw new IOException(
          "this Java runtime has no module jdk.unsupported, or another one: " + e, e);
    }
  }
}
