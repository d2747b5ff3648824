// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The features that some platforms lack. Everything else in this library is available on every
 * platform. A file, file system or limit may still refuse a supported feature; the call then throws
 * an exception.
 */
public enum Feature {
  /** {@link MappedRegion#shrink}. Not on Windows, which cannot truncate a mapped file. */
  SHRINK,

  /**
   * {@link Prefault#WRITE} prepares pages for writing. Without this feature, on macOS, it has the
   * effect of {@link Prefault#READ}.
   */
  POPULATE_WRITE,

  /** {@link MapOptions#hugePages}. Linux. */
  HUGE_PAGES,

  /**
   * {@link Pages#discard}. Windows can discard anonymous memory but not the copied pages of a file.
   */
  DISCARD,

  /** {@link Pages#punchHole}. Linux and macOS, on file systems with sparse files. */
  PUNCH_HOLE,

  /** {@link Pages#evict}. */
  EVICT,

  /** {@link Pages#cacheState} returns counts. Linux 6.5 and later. */
  CACHE_STATE,

  /** {@link MappedRegion#checked}. A Linux sandbox may forbid the system call that it needs. */
  CHECKED_ACCESS,

  /** {@link Mmap#sealed}. Linux. */
  SEALED_MEMORY,

  /**
   * {@link MapOptions#guarded}. On macOS, a use after closing is harmless too, but is not detected.
   * Not with the backend {@code ffm}, because Java cannot be a signal handler.
   */
  GUARD,

  /**
   * Threads that {@link Signals#await} sleep in the operating system until they are woken. Linux,
   * and macOS 14.4 and later. Without this feature, they read the word again and again, at least
   * every 16 milliseconds.
   */
  WAIT,

  /**
   * The same for {@link Signals#awaitLong}. macOS 14.4 and later. On Linux, threads sleep at the
   * lower half of the long, so that a change of only the upper half may be noticed up to 50
   * milliseconds late.
   */
  WAIT_LONG,

  /**
   * {@link MappedRegion#mark} and {@link MappedRegion#changedSince}. Linux 6.7 and later, on CPUs
   * for which the kernel can write-protect pages by userfaultfd(2): x86_64, and newer kernels for
   * others. Containers often forbid userfaultfd.
   */
  CHANGE_TRACKING,

  /**
   * A {@link Budget} knows which pages were touched lately, and keeps them. Linux, where
   * /proc/self/pagemap can be read. Without this feature, a budget drops pages in turn.
   */
  RECENCY;

  /**
   * Asks the kernel whether this machine supports this feature.
   *
   * @return false if the methods of this feature throw {@link UnsupportedOperationException}, or do
   *     less as described at the feature
   * @throws NoBackendException if there is no backend for this platform
   */
  public boolean isSupported() {
    if (answers == null) {
      initialise();
    }
    return Objects.requireNonNull(answers).test(this);
  }

  // This enum must not depend on the backend, which knows the answer. Mmap sets this field.
  private static volatile @Nullable Predicate<Feature> answers;

  /** Called when {@code Mmap} is initialised. */
  static void answerBy(Predicate<Feature> predicate) {
    answers = predicate;
  }

  /** Initialises {@code Mmap}, which is necessary if no other part of the API has been used. */
  private static void initialise() {
    try {
      Class.forName(Feature.class.getPackageName() + ".Mmap");
    } catch (ClassNotFoundException e) {
      throw new LinkageError("a part of mmap-io is missing", e);
    }
  }
}
