// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.CacheCounts;
import io.mmapio.internal.pages.PageLocking;
import io.mmapio.internal.pages.PagePopulation;
import io.mmapio.internal.pages.PageRemoval;
import io.mmapio.internal.pages.WriteBack;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Optional;

/**
 * The pages that a range of a region touches, and what can be done with them beyond advice, sync
 * and residency. What only costs time is rounded outwards to whole pages; what changes contents is
 * rounded inwards, so that no byte outside the range is harmed.
 *
 * <p>Every method may be called from any thread, throws {@link IllegalStateException} if the region
 * is closed, and holds up neither safepoints nor readers of views.
 */
public final class Pages {
  private final Object region; // kept reachable for as long as these pages are
  private final Mapping mapping;
  private final long offset;
  private final long length;

  Pages(Object region, Mapping mapping, long offset, long length) {
    this.region = region;
    this.mapping = mapping;
    this.offset = offset;
    this.length = length;
  }

  /** Is told how far {@link Pages#populate(Prefault, Progress)} has come, and may stop it. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called by the populating thread after every 32 MiB and at the end.
     *
     * @param done bytes in the pages that are present now
     * @param total bytes in all pages of the range
     * @return whether to go on
     */
    boolean reached(long done, long total);
  }

  /**
   * Makes every page present, so that touching it does not fault. Contents stay. See
   * MADV_POPULATE_READ and MADV_POPULATE_WRITE in madvise(2); elsewhere, and on kernels before
   * 5.14, pages are touched one by one by calls that cannot fault.
   *
   * @param how to be read, or to be written too
   * @throws LostPageException if touching a page would fault
   * @throws MmapException if the operating system fails
   * @throws UnsupportedOperationException if the region's access does not allow it
   */
  public void populate(Prefault how) throws MmapException {
    populate(how, (done, total) -> true);
  }

  /**
   * As {@link #populate(Prefault)}, for large ranges: reports progress and can be stopped.
   *
   * @param how to be read, or to be written too
   * @param progress is told how far it has come; what it throws comes out of this method
   * @return bytes in the pages that were made present, from the start of the range
   * @throws LostPageException if touching a page would fault
   * @throws MmapException if the operating system fails
   * @throws UnsupportedOperationException if the region's access does not allow it
   */
  public long populate(Prefault how, Progress progress) throws MmapException {
    Objects.requireNonNull(how, "how");
    Objects.requireNonNull(progress, "progress");
    try {
      return PagePopulation.populate(mapping, offset, length, how, progress::reached);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Keeps the pages in memory until {@link #unlock()} or until the region is closed. Locking again
   * changes nothing; there is no count. See mlock(2), VirtualLock.
   *
   * @throws MmapException if the limit of this process does not allow it; the message has the
   *     limit's value
   * @throws UnsupportedOperationException if the region has {@link Access#NONE}
   */
  public void lock() throws MmapException {
    try {
      PageLocking.lock(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Lets the pages leave memory again. Does nothing to pages that are not locked.
   *
   * @throws MmapException if the operating system fails
   */
  public void unlock() throws MmapException {
    try {
      PageLocking.unlock(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Throws away what was written to pages that are this process's own: those of an anonymous region
   * read as zeros, those of a copy-on-write region as the file again. Only pages that lie in the
   * range as a whole are discarded. See MADV_DONTNEED in madvise(2).
   *
   * @return bytes in the pages that were discarded
   * @throws UnsupportedOperationException if the region is shared with a file, or the platform
   *     cannot: see {@link Feature#DISCARD}
   * @throws MmapException if the operating system fails
   */
  public long discard() throws MmapException {
    try {
      return PageRemoval.discard(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Gives the file's storage back to the file system: the pages read as zeros, for everybody, and
   * the size of the file stays. Only pages that lie in the range as a whole are given back. Storing
   * to them again takes storage again, and can fault on a full disk. See fallocate(2).
   *
   * @return bytes in the pages that were given back
   * @throws UnsupportedOperationException if the region is not a file's with {@link
   *     Access#READ_WRITE}, or the platform or file system cannot: see {@link Feature#PUNCH_HOLE}
   * @throws MmapException if the operating system fails
   */
  public long punchHole() throws MmapException {
    try {
      return PageRemoval.punchHole(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Drops the pages from memory after writing those that are dirty. Contents stay; the next access
   * reads the file. Pages that another process has mapped, or that are locked, may stay. On Windows
   * they leave the working set of this process. See posix_fadvise(2), VirtualUnlock.
   *
   * @throws UnsupportedOperationException if the region is not shared with a file
   * @throws MmapException if the operating system fails
   */
  public void evict() throws MmapException {
    try {
      WriteBack.evict(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Counts the pages in the file cache, the dirty ones, and those that were evicted. See
   * cachestat(2).
   *
   * @return empty if the operating system does not tell: another than Linux 6.5 or later, a file
   *     that this process neither owns nor may write, or memory of no file
   * @throws MmapException if the operating system fails
   */
  public Optional<CacheState> cacheState() throws MmapException {
    try {
      long[] counts = CacheCounts.cacheState(mapping, offset, length);
      return counts.length == 0
          ? Optional.empty()
          : Optional.of(new CacheState(counts[0], counts[1], counts[2], counts[3], counts[4]));
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public String toString() {
    return "Pages[" + offset + "+" + length + " of " + region + "]";
  }
}
