// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What not every platform has, so that one can ask before. Everything else of this library is there
 * on every platform. A single file, file system or limit may still refuse: that is an exception of
 * the call.
 */
public enum Feature {
  /** {@link MappedRegion#shrink}. Windows truncates no file that is mapped. */
  SHRINK,

  /**
   * {@link Prefault#WRITE} makes pages ready to be written. Without it, on macOS, it does what
   * {@link Prefault#READ} does.
   */
  POPULATE_WRITE,

  /** {@link MapOptions#hugePages}: Linux. */
  HUGE_PAGES,

  /** {@link Pages#discard} of memory of no file; Windows cannot discard copies of file pages. */
  DISCARD,

  /** {@link Pages#punchHole}: Linux and macOS, on file systems that have sparse files. */
  PUNCH_HOLE,

  /** {@link Pages#evict}. */
  EVICT,

  /** {@link Pages#cacheState} knows: Linux since 6.5. */
  CACHE_STATE,

  /** {@link MappedRegion#checked}. A sandbox of Linux may hide the call it rests on. */
  CHECKED_ACCESS,

  /** {@link Mmap#sealed}: Linux. */
  SEALED_MEMORY,

  /**
   * {@link MapOptions#guarded}. On macOS a use after closing is harmless there too, but not seen.
   */
  GUARD;

  /**
   * Tells whether this machine has it, by asking the kernel.
   *
   * @return false if the methods that it is about throw {@link UnsupportedOperationException}, or
   *     do less as said there
   * @throws NoBackendException if there is no backend for this platform
   */
  public boolean isSupported() {
    if (answers == null) {
      initialise();
    }
    return Objects.requireNonNull(answers).test(this);
  }

  // An enum stands below the backend that knows the answer: the class at the top brings it.
  private static volatile @Nullable Predicate<Feature> answers;

  /** Called when {@code Mmap} is initialised. */
  static void answerBy(Predicate<Feature> predicate) {
    answers = predicate;
  }

  /** Nothing else of the API may have been used before. */
  private static void initialise() {
    try {
      Class.forName(Feature.class.getPackageName() + ".Mmap");
    } catch (ClassNotFoundException e) {
      throw new LinkageError("a part of mmap-io is missing", e);
    }
  }
}
