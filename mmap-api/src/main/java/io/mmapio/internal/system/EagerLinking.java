// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;

/**
 * Loads the classes that a class names, and those that these name, as far as they are this
 * library's. An application server closes the class loader of an application that it undeploys, and
 * the loader then gives out nothing more, in Tomcat's case not even classes of the JDK. Views may
 * outlive their application, and the code that gives their memory back must still link.
 *
 * <p>What the JVM has once found by way of a class loader it remembers with that loader (JVMS 5.3),
 * so it is enough to ask for every class once while the loader still answers. That takes some 50
 * ms. Programs that are not deployed do not pay for it: the JVM's own loaders are never closed.
 */
public final class EagerLinking {
  private static final String LIBRARY = "io/mmapio/";

  private final ClassLoader loader;
  private final Set<String> seen = new HashSet<>();
  private final Queue<Class<?>> unread = new ArrayDeque<>();

  private EagerLinking(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Loads all that a class may need.
   *
   * @param root of this library, or of a backend for it
   */
  public static void loadFrom(Class<?> root) {
    ClassLoader loader = root.getClassLoader();
    if (loader != null && loader != ClassLoader.getSystemClassLoader()) {
      new EagerLinking(loader).load(root);
    }
  }

  private void load(Class<?> root) {
    unread.add(root);
    for (Class<?> type = unread.poll(); type != null; type = unread.poll()) {
      for (String name : namesIn(type)) {
        if (seen.add(name)) {
          load(name);
        }
      }
    }
  }

  private void load(String name) {
    try {
      Class<?> type = Class.forName(name.replace('/', '.'), false, loader);
      if (name.startsWith(LIBRARY)) {
        unread.add(type);
      }
    } catch (ClassNotFoundException | LinkageError optional) {
      // Like JFR: what is not there now will not be needed later.
    }
  }

  private static Set<String> namesIn(Class<?> type) {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      // A native image has no class files, and nothing to load.
      return in == null ? Set.of() : ClassFile.namesIn(new BufferedInputStream(in));
    } catch (IOException e) {
      return Set.of(); // the jar was replaced: what was read before it still works
    }
  }
}
