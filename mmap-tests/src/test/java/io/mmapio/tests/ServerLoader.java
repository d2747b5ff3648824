// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/**
 * A class loader as strict as Tomcat's: once it is closed the library gets nothing more from it,
 * not even a class of the JDK's that it has not asked for before.
 */
final class ServerLoader extends URLClassLoader {
  private static final Set<String> REFUSED = new ConcurrentSkipListSet<>();

  private volatile boolean closed;

  /** Loads from these, and what is not there from the JDK. */
  ServerLoader(URL[] entries) {
    super(entries, ClassLoader.getPlatformClassLoader());
  }

  /** What any of them has refused, and who had asked for it. */
  static Set<String> refused() {
    return REFUSED;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    super.close();
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (closed) {
      String requester = requester();
      if (!requester.startsWith(ServerLoader.class.getPackageName())) {
        REFUSED.add(name + " for " + requester);
        throw new ClassNotFoundException(name + ", as its application is undeployed");
      }
    }
    return super.loadClass(name, resolve);
  }

  /** Whose code is being linked: the JVM calls from there, or the JDK's code for lambdas does. */
  private static String requester() {
    return StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE)
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getDeclaringClass() != ServerLoader.class)
                    .filter(frame -> !isOfTheJdk(frame.getDeclaringClass()))
                    .map(StackWalker.StackFrame::getClassName)
                    .findFirst()
                    .orElse("the JDK"));
  }

  private static boolean isOfTheJdk(Class<?> type) {
    return type.getClassLoader() == null || type == ClassLoader.class;
  }
}
