// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;

/**
 * Deploys {@link Application} as a server does, each time in a class loader of its own that loads
 * the library too, and knows what is left of that. The program that has one must not use the
 * library itself: what its own copy takes would be among it.
 */
final class Deployments {
  /** How the names of the library's threads begin. */
  static final String THREADS = "mmap-io";

  /** Whether the kernel tells what of ours is mapped and open. */
  static final boolean LISTED_BY_KERNEL =
      System.getProperty("os.name").equals("Linux") && !Machine.isEmulated();

  /** The library's threads are to end within seconds. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final URL[] entries;
  private final List<WeakReference<ClassLoader>> loaders = new ArrayList<>();

  /**
   * What is left of them.
   *
   * @param loaders that were not collected yet
   * @param threads of the library
   * @param libraries native libraries of ours that are loaded
   * @param files mappings of the file
   * @param mappings of the process
   * @param descriptors of the process
   * @param addresses pages of address space of the process
   */
  record Remains(
      long loaders,
      long threads,
      long libraries,
      long files,
      long mappings,
      long descriptors,
      long addresses) {}

  /** Loads from the packaged jars and the classes of these tests. */
  Deployments() {
    this(Machine.libraryEntries());
  }

  Deployments(List<Path> entries) {
    this.entries = entries.stream().map(Deployments::url).toArray(URL[]::new);
  }

  private static URL url(Path path) {
    try {
      return path.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  /** A new one, which shares nothing with the others, nor with this program. */
  URLClassLoader loader() {
    URLClassLoader loader = new ServerLoader(entries);
    watch(loader);
    return loader;
  }

  /** Counts a loader from here on until it is collected. */
  void watch(ClassLoader loader) {
    loaders.add(new WeakReference<>(loader));
  }

  /** Has an application work in a loader; during that, the loader is the thread's as on servers. */
  static Object run(ClassLoader loader, Path file, Set<String> how)
      throws ReflectiveOperationException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      BiFunction<Path, Set<String>, Object> application = instance(loader, Application.class);
      return application.apply(file, how);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Makes an object of a loader's own class, of the name that one of ours has. */
  @SuppressWarnings("unchecked") // all that is deployed is called in this way
  static <A, B> BiFunction<A, B, Object> instance(
      ClassLoader loader, Class<? extends BiFunction<A, B, Object>> like)
      throws ReflectiveOperationException {
    Class<?> type = loader.loadClass(like.getName());
    return (BiFunction<A, B, Object>) type.getConstructor().newInstance();
  }

  /** Deploys, has the application work, and undeploys. */
  Object once(Path file, Set<String> how) throws IOException, ReflectiveOperationException {
    try (URLClassLoader loader = loader()) {
      return run(loader, file, how);
    }
  }

  /** How many loaders were not collected yet. */
  int alive() {
    loaders.removeIf(loader -> loader.refersTo(null));
    return loaders.size();
  }

  /** The library's threads, of whichever copy. */
  static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(THREADS))
        .toList();
  }

  /** Has garbage collected until no more loaders than these are there, and no thread if none. */
  boolean collectedBut(int most) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (alive() > most || (most == 0 && !threads().isEmpty())) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      System.gc();
      LockSupport.parkNanos(PAUSE_NANOS); // it is the library's thread that is waited for
    }
    return true;
  }

  /**
   * Fails if something is left of loaders that nothing holds. Of libraries there may be one or two:
   * a handler of faults on which others were put must stay. Fails too if the library asked for a
   * class when its loader was closed.
   */
  void requireNothingLeft(Path file) throws IOException {
    boolean collected = collectedBut(0) && Footprint.collectUntil(() -> remains(file).files() == 0);
    if (!ServerLoader.refused().isEmpty()) {
      throw new AssertionError("classes asked for too late: " + ServerLoader.refused());
    }
    Remains remains = remains(file);
    if (!collected || remains.libraries() > 2) {
      throw new AssertionError("something is left: " + remains);
    }
  }

  /** Looks; what only Linux tells is zero elsewhere. */
  Remains remains(Path file) {
    try {
      return look(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Remains look(Path file) throws IOException {
    Footprint all = LISTED_BY_KERNEL ? Footprint.of(file) : new Footprint(0, 0, 0, 0, 0);
    return new Remains(
        alive(),
        threads().size(),
        libraries(),
        all.mappingsOfFile(),
        all.mappings(),
        all.descriptors(),
        all.addresses());
  }

  private static long libraries() throws IOException {
    if (!LISTED_BY_KERNEL) {
      return 0;
    }
    return Files.readAllLines(Path.of("/proc/self/maps")).stream()
        .filter(line -> line.contains(" r-xp ") && line.contains("mmapio.so"))
        .count();
  }
}
