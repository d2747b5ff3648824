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
 * The pages that a range of a region touches, with operations on them other than advice, sync and
 * residency. Operations that affect only speed round the range outwards to whole pages. Operations
 * that change contents round it inwards, so that they change no byte outside the range.
 *
 * <p>Every method may be called from any thread and throws {@link IllegalStateException} if the
 * region is closed. No method delays safepoints or readers of views.
 */
public final class Pages {
  private final Object region; // kept reachable as long as this object
  private final Mapping mapping;
  private final long offset;
  private final long length;

  Pages(Object region, Mapping mapping, long offset, long length) {
    this.region = region;
    this.mapping = mapping;
    this.offset = offset;
    this.length = length;
  }

  /** Receives the progress of {@link Pages#populate(Prefault, Progress)}, and may stop it. */
  @FunctionalInterface
  public interface Progress {
    /**
     * Called by the populating thread after every 32 MiB and at the end.
     *
     * @param done bytes in the pages that are resident now
     * @param total bytes in all pages of the range
     * @return whether to continue
     */
    boolean reached(long done, long total);
  }

  /**
   * Makes every page resident, so that touching it does not fault. Contents do not change. See
   * MADV_POPULATE_READ and MADV_POPULATE_WRITE in madvise(2). On other systems, and on kernels
   * before 5.14, pages are touched one by one by calls that cannot fault.
   *
   * @param how whether for reading only, or also for writing
   * @throws LostPageException if touching a page would fault
   * @throws MmapException if the operating system reports an error
   * @throws UnsupportedOperationException if the region's access does not allow it
   */
  public void populate(Prefault how) throws MmapException {
    populate(how, (done, total) -> true);
  }

  /**
   * Makes every page resident as {@link #populate(Prefault)} does, reports progress and can be
   * stopped. For large ranges.
   *
   * @param how whether for reading only, or also for writing
   * @param progress receives the progress; an exception that it throws is thrown by this method
   * @return bytes in the pages that were made resident, from the start of the range
   * @throws LostPageException if touching a page would fault
   * @throws MmapException if the operating system reports an error
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
   * Keeps the pages in memory until {@link #unlock()} is called or the region is closed. Locks are
   * not counted: locking again changes nothing. See mlock(2), VirtualLock.
   *
   * @throws MmapException if the limit of this process does not allow it; the message contains the
   *     value of the limit
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
   * Ends the effect of {@link #lock()}. Pages that are not locked are not affected.
   *
   * @throws MmapException if the operating system reports an error
   */
  public void unlock() throws MmapException {
    try {
      PageLocking.unlock(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Throws away what was written to private pages. Afterwards, pages of an anonymous region read as
   * zeros, and pages of a copy-on-write region read as the file. Only pages that lie completely
   * inside the range are discarded. See MADV_DONTNEED in madvise(2).
   *
   * @return bytes in the pages that were discarded
   * @throws UnsupportedOperationException if the region is shared with a file, or the platform
   *     cannot discard: see {@link Feature#DISCARD}
   * @throws MmapException if the operating system reports an error
   */
  public long discard() throws MmapException {
    try {
      return PageRemoval.discard(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Returns the storage of the pages to the file system. Afterwards, the pages read as zeros for
   * every process, and the size of the file is unchanged. Only pages that lie completely inside the
   * range are affected. Storing to them again allocates storage again, and can fault on a full
   * disk. See fallocate(2).
   *
   * @return bytes in the pages whose storage was returned
   * @throws UnsupportedOperationException if the region has no file or is not {@link
   *     Access#READ_WRITE}, or the platform or file system cannot punch holes: see {@link
   *     Feature#PUNCH_HOLE}
   * @throws MmapException if the operating system reports an error
   */
  public long punchHole() throws MmapException {
    try {
      return PageRemoval.punchHole(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Writes dirty pages back, then drops the pages from memory. Contents do not change; the next
   * access reads the file. Pages that another process has mapped, or that are locked, may stay. On
   * Windows the pages leave the working set of this process. See posix_fadvise(2), VirtualUnlock.
   *
   * @throws UnsupportedOperationException if the region is not shared with a file
   * @throws MmapException if the operating system reports an error
   */
  public void evict() throws MmapException {
    try {
      WriteBack.evict(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Counts the pages in the file cache, the dirty pages, and the evicted pages. See cachestat(2).
   *
   * @return empty if the operating system does not provide the counts: on anything but Linux 6.5 or
   *     later, for a file that this process neither owns nor may write, for an overlay file system,
   *     and for memory that is not in a file
   * @throws MmapException if the operating system reports an error
   */
  public Optional<CacheState> cacheState() throws MmapException {
    try {
      return CacheCounts.cacheState(mapping, offset, length);
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  @Override
  public String toString() {
    return "Pages[" + offset + "+" + length + " of " + region + "]";
  }
}
