// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What use of a range is to be expected. A hint: it changes speed and memory, never contents. See
 * madvise(2). macOS has the first five, Windows {@link #WILLNEED} alone: PrefetchVirtualMemory.
 *
 * <p>Nothing is advised unless asked for, and wrong advice costs more than none: on a cold file
 * {@link #RANDOM} made random reads four times faster and sequential ones forty times slower.
 */
public enum Advice {
  /** No particular use; the default. */
  NORMAL,

  /** Reads in random order: nothing is read ahead. */
  RANDOM,

  /** Reads from low to high offsets: much is read ahead, and pages behind may go soon. */
  SEQUENTIAL,

  /** The range is needed soon: reading it into memory starts now, without waiting for it. */
  WILLNEED,

  /**
   * The range is not needed soon: its pages leave this mapping. Changes to a shared file stay in
   * the file's cache and are not lost. On anonymous and copy-on-write regions this is IGNORED,
   * because there the system call would throw the contents away: see {@link Pages#discard}.
   */
  DONTNEED,

  /** The pages are the first to go if memory runs short. Linux since 5.4. */
  COLD,

  /** The pages are written back if dirty and go now. Linux since 5.4. */
  PAGEOUT,

  /** Large pages are used where they fit. Linux, if transparent huge pages are configured. */
  HUGEPAGE,

  /** No large pages are used. Linux, if transparent huge pages are configured. */
  NOHUGEPAGE,

  /**
   * What is there is copied into large pages now. Linux since 6.1; IGNORED where no large page fits
   * into the range or none is free.
   */
  COLLAPSE,

  /** The pages are left out of core dumps. Linux. */
  DONTDUMP,

  /** Ends {@link #DONTDUMP}. Linux. */
  DODUMP,

  /** A child process does not get the mapping. Linux. */
  DONTFORK,

  /** Ends {@link #DONTFORK}. Linux. */
  DOFORK,

  /** Pages with the same contents may share memory. Linux, if configured, for private pages. */
  MERGEABLE,

  /** Ends {@link #MERGEABLE}. Linux. */
  UNMERGEABLE;

  /**
   * Tells whether this machine has such advice, by asking the kernel.
   *
   * @return false if giving it is always {@link AdviceOutcome#IGNORED}
   * @throws NoBackendException if there is no backend for this platform
   */
  public boolean isSupported() {
    if (answers == null) {
      initialise();
    }
    return Objects.requireNonNull(answers).test(this);
  }

  // An enum stands below the backend that knows the answer: the class at the top brings it.
  private static volatile @Nullable Predicate<Advice> answers;

  /** Called when {@code Mmap} is initialised. */
  static void answerBy(Predicate<Advice> predicate) {
    answers = predicate;
  }

  /** Nothing else of the API may have been used before. */
  private static void initialise() {
    try {
      Class.forName(Advice.class.getPackageName() + ".Mmap");
    } catch (ClassNotFoundException e) {
      throw new LinkageError("a part of mmap-io is missing", e);
    }
  }
}
