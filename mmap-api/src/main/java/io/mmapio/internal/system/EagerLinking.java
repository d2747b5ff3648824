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
 * Loads the classes that a class refers to, directly or indirectly, as far as they belong to this
 * library. An application server closes the class loader of an application that it undeploys. A
 * closed loader loads nothing more; Tomcat's loader then refuses even classes of the JDK. Views may
 * outlive their application, and the code that unmaps them must still link.
 *
 * <p>The JVM remembers with each class loader which classes it has found through that loader (JVMS
 * 5.3). So it is enough to load every class once while the loader still works. This takes some 50
 * ms. Programs that are not deployed do not pay this cost, because the JVM's own loaders are never
 * closed.
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
   * Loads all classes that a class may need.
   *
   * @param root a class of this library, or of one of its backends
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
      // A class that is missing now, for example of JFR, will not be needed later.
    }
  }

  private static Set<String> namesIn(Class<?> type) {
    String file = type.getName().substring(type.getPackageName().length() + 1) + ".class";
    try (InputStream in = type.getResourceAsStream(file)) {
      // A native image has no class files and need not load classes.
      return in == null ? Set.of() : ClassFile.namesIn(new BufferedInputStream(in));
    } catch (IOException e) {
      return Set.of(); // the jar was replaced: what was read before it still works
    }
  }
}
