// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.Backends;
import io.mmapio.spi.MmapBackend;

/**
 * What use of a range is to be expected. A hint: it changes speed and memory, never contents. See
 * madvise(2). Windows has {@link #WILLNEED} alone: PrefetchVirtualMemory.
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
   * because there the system call would throw the contents away.
   */
  DONTNEED;

  /**
   * Tells whether this machine has such advice, by asking the kernel.
   *
   * @return false if giving it is always {@link AdviceOutcome#IGNORED}
   * @throws NoBackendException if there is no backend for this platform
   */
  public boolean isSupported() {
    return Backends.current().backend().advise(0, 0, this) == MmapBackend.APPLIED;
  }
}
