// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The expected use of a range. Advice is a hint: it affects speed and memory, never contents. See
 * madvise(2). macOS supports the first five kinds. Windows supports only {@link #WILLNEED}:
 * PrefetchVirtualMemory.
 *
 * <p>No advice is given by default. Wrong advice is worse than none: on a cold file, {@link
 * #RANDOM} made random reads four times faster and sequential reads forty times slower.
 */
public enum Advice {
  /** No particular use; the default of the operating system. */
  NORMAL,

  /** Reads in random order: the system does not read ahead. */
  RANDOM,

  /**
   * Reads from low to high offsets: the system reads far ahead, and may soon drop pages already
   * read.
   */
  SEQUENTIAL,

  /** The range is needed soon: the system starts to read it, and the call does not wait. */
  WILLNEED,

  /**
   * The range is not needed soon: its pages leave this mapping. Changes to a shared file stay in
   * the file cache and are not lost. On anonymous and copy-on-write regions this advice is IGNORED,
   * because the system call would throw the contents away: see {@link Pages#discard}.
   */
  DONTNEED,

  /** The pages are reclaimed first if memory runs short. Linux 5.4 and later. */
  COLD,

  /** The pages are reclaimed now, after writeback if they are dirty. Linux 5.4 and later. */
  PAGEOUT,

  /** Large pages are used where they fit. Linux with transparent huge pages. */
  HUGEPAGE,

  /** Large pages are not used. Linux with transparent huge pages. */
  NOHUGEPAGE,

  /**
   * The present contents are copied into large pages now. Linux 6.1 and later. IGNORED if no large
   * page fits into the range or none is free.
   */
  COLLAPSE,

  /** The pages are left out of core dumps. Linux. */
  DONTDUMP,

  /** Reverts {@link #DONTDUMP}. Linux. */
  DODUMP,

  /** Child processes do not inherit the mapping. Linux. */
  DONTFORK,

  /** Reverts {@link #DONTFORK}. Linux. */
  DOFORK,

  /** Pages with the same contents may share memory. For private pages, on Linux if configured. */
  MERGEABLE,

  /** Reverts {@link #MERGEABLE}. Linux. */
  UNMERGEABLE;

  /**
   * Asks the kernel whether this machine supports this advice.
   *
   * @return false if giving this advice always returns {@link AdviceOutcome#IGNORED}
   * @throws NoBackendException if there is no backend for this platform
   */
  public boolean isSupported() {
    if (answers == null) {
      initialise();
    }
    return Objects.requireNonNull(answers).test(this);
  }

  // This enum must not depend on the backend, which knows the answer. Mmap sets this field.
  private static volatile @Nullable Predicate<Advice> answers;

  /** Called when {@code Mmap} is initialised. */
  static void answerBy(Predicate<Advice> predicate) {
    answers = predicate;
  }

  /** Initialises {@code Mmap}, which is necessary if no other part of the API has been used. */
  private static void initialise() {
    try {
      Class.forName(Advice.class.getPackageName() + ".Mmap");
    } catch (ClassNotFoundException e) {
      throw new LinkageError("a part of mmap-io is missing", e);
    }
  }
}
