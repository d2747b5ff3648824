// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.system;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Loads the classes that a class refers to, directly or indirectly, as far as they belong to this
 * library. An application server closes the class loader of an application that it undeploys. A
 * closed loader loads nothing more; Tomcat's loader then refuses even classes of the JDK. Views may
 * outlive their application, and the code that unmaps them must still link.
 *
 * <p>The JVM remembers with each class loader which classes it has found through that loader (JVMS
 * 5.3). So it is enough to load every class once while the loader still works. This takes some 50
 * ms. The JVM's own class loader is never closed, so programs that are not deployed do not wait for
 * this. But their jars may be replaced while they run, for example by a build. So the reaper loads
 * this library's classes for them, in the background.
 */
public final class EagerLinking {
  private static final String LIBRARY = "io/mmapio/";

  private static final Queue<EagerLinking> PENDING = new ConcurrentLinkedQueue<>();

  private final ClassLoader loader;
  private final boolean closes;
  private final Set<String> seen = new HashSet<>();
  private final Queue<Class<?>> unread = new ArrayDeque<>();

  private EagerLinking(ClassLoader loader, Class<?> root) {
    this.loader = loader;
    this.closes = loader != ClassLoader.getSystemClassLoader();
    this.unread.add(root);
  }

  /**
   * Loads all classes that a class may need: at once, or if its loader is never closed, at the next
   * {@link #loadPending}.
   *
   * @param root a class of this library, or of one of its backends
   */
  public static void loadFrom(Class<?> root) {
    ClassLoader loader = root.getClassLoader();
    if (loader == null) {
      return;
    }
    EagerLinking linking = new EagerLinking(loader, root);
    if (linking.closes) {
      linking.load();
    } else {
      PENDING.add(linking);
    }
  }

  /** Loads what was put off. */
  public static void loadPending() {
    for (EagerLinking next = PENDING.poll(); next != null; next = PENDING.poll()) {
      next.load();
    }
  }

  private void load() {
    for (Class<?> type = unread.poll(); type != null; type = unread.poll()) {
      for (String name : namesIn(type)) {
        if (seen.add(name) && (closes || name.startsWith(LIBRARY))) {
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
      return in == null ? Set.of() : ClassFile.namesIn(in.readAllBytes());
    } catch (IOException e) {
      return Set.of(); // the jar was replaced: what was read before it still works
    }
  }
}
