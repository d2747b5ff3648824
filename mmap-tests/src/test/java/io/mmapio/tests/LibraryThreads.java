// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.MapOptions;
import io.mmapio.MappedRegion;
import io.mmapio.Mmap;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.AccessControlContext;
import java.security.AccessController;
import java.security.PrivilegedAction;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A program that looks at the threads of the library: what they have from the thread that mapped
 * first, which must be nothing, and how long they stay.
 */
final class LibraryThreads {
  private static final int TIMES = 3;

  private static final InheritableThreadLocal<Object> LOCAL = new InheritableThreadLocal<>();

  private static final Map<String, WeakReference<Object>> OF_THE_CALLER = new TreeMap<>();

  private LibraryThreads() {}

  /** Argument: the file. */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[0]);
    require(Deployments.threads().isEmpty(), "a thread before anything is mapped");
    for (int time = 0; time < TIMES; time++) {
      visit(file);
      awaitNone();
    }
    System.out.println("gone " + TIMES + " times");
  }

  private static void visit(Path file) throws Exception {
    MappedRegion region = mapInThreadOfAnApplication(file);
    ByteBuffer view = region.buffer();
    List<Thread> threads = new ArrayList<>(Deployments.threads());
    System.out.println(threads);
    require(!threads.isEmpty(), "no thread while a region is mapped");
    threads.forEach(LibraryThreads::look);
    require(threads.removeIf(LibraryThreads::fetches), "no thread that fetches: " + threads);
    boolean nothing =
        Footprint.collectUntil(
            () -> {
              OF_THE_CALLER.values().removeIf(it -> it.refersTo(null));
              return OF_THE_CALLER.isEmpty();
            });
    require(nothing, "of the caller stays: " + OF_THE_CALLER.keySet());
    require(Deployments.threads().containsAll(threads), "a thread ended while a region is mapped");
    region.close();
    require(view.get(0) == 0, "not zeros");
  }

  /** Its context class loader, its thread local and its domain are to go with it. */
  @SuppressWarnings("ThreadPriorityCheck") // what is looked at is that it is not inherited
  private static MappedRegion mapInThreadOfAnApplication(Path file) throws InterruptedException {
    AtomicReference<MappedRegion> region = new AtomicReference<>();
    Thread thread =
        new Thread(
            new ThreadGroup("application"),
            () -> {
              LOCAL.set(watched("thread local", new Object()));
              region.set(mapAs(watched("loader of a domain", newLoader()), file));
            },
            "application");
    thread.setContextClassLoader(watched("context class loader", newLoader()));
    thread.setPriority(Thread.MIN_PRIORITY);
    thread.start();
    thread.join();
    return region.get();
  }

  private static ClassLoader newLoader() {
    return new URLClassLoader(new URL[0]);
  }

  private static <T> T watched(String name, T object) {
    OF_THE_CALLER.put(name, new WeakReference<>(object));
    return object;
  }

  @SuppressWarnings("removal") // as long as JDK 17 has it, threads inherit it
  private static MappedRegion mapAs(ClassLoader loader, Path file) {
    ProtectionDomain[] domains = {new ProtectionDomain(null, null, loader, null)};
    PrivilegedAction<MappedRegion> action = () -> map(file);
    return AccessController.doPrivileged(action, new AccessControlContext(domains));
  }

  private static MappedRegion map(Path file) {
    MapOptions options = Mmap.file(file);
    try {
      MappedRegion region = Machine.guardedIfPossible(options).map();
      region.fetchAsync(new long[100], 1).join();
      return region;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void look(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    ClassLoader context = thread.getContextClassLoader();
    require(group != null && group.getParent() == null, "in group " + group + ": " + thread);
    require(context == null, "context class loader " + context + ": " + thread);
    require(thread.isDaemon(), "no daemon: " + thread);
    require(thread.getPriority() >= Thread.NORM_PRIORITY, "priority of the caller: " + thread);
  }

  /** Such a thread ends a second after its work. */
  private static boolean fetches(Thread thread) {
    return thread.getName().startsWith("mmap-io fetch");
  }

  private static void awaitNone() throws IOException {
    require(
        Footprint.collectUntil(() -> Mmap.statistics().tombstones() == 0),
        "a view that was collected was not given back: " + Mmap.statistics());
    require(
        Footprint.collectUntil(() -> Deployments.threads().isEmpty()),
        "still there though nothing is mapped: " + Deployments.threads());
  }

  private static void require(boolean condition, String what) {
    if (!condition) {
      throw new AssertionError(what);
    }
  }
}
