// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.CacheCounts;
import io.mmapio.internal.pages.Eviction;
import io.mmapio.internal.pages.PageLocking;
import io.mmapio.internal.pages.PagePopulation;
import io.mmapio.internal.pages.PageRemoval;
import java.lang.ref.Reference;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

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
   * Writes dirty pages back, then drops the pages from memory, and measures how much has left.
   * Contents do not change; the next access reads the file. Nothing that was written is lost, by
   * whomever and whenever: a page that is changed during the call stays. The changes that are
   * written back are not {@linkplain MappedRegion#sync() durable} yet.
   *
   * <p>Pages stay that are {@linkplain #lock() locked}, or mapped by another region or process. No
   * page outside the range is dropped, except those that its first and last page have bytes of.
   * Files that exist in memory only (tmpfs, memfd) keep all pages.
   *
   * <p>Linux keeps a file in units of one page up to some MiB: large ones, if it was written in
   * large blocks (seen on ext4 and XFS with Linux 6.18; not before 5.16). It drops whole units.
   * Ranges that begin and end at multiples of 2 MiB in the file cut through no unit of x86-64. A
   * unit that lies across the begin or the end of the range is split, which takes a tenth of a
   * millisecond; if the kernel refuses, the unit stays as a whole.
   *
   * <p>The call waits for the device while dirty pages are written: see sync_file_range(2).
   * Dropping clean pages takes some 0.1 ms per MiB. The range is worked on in pieces of 32 MiB or
   * more, and {@code close()} waits for one piece at most.
   *
   * <p>Linux: madvise(2) and posix_fadvise(2), measured by cachestat(2), or by mincore(2) where
   * that does not exist. macOS: msync(2) with MS_INVALIDATE, measured by mincore(2). Windows: the
   * pages leave the working set of this process, and are counted there; pages that are locked are
   * unlocked by it, too. See VirtualUnlock, QueryWorkingSetEx.
   *
   * @return bytes in the pages of the range that were in memory before and are not afterwards; zero
   *     if none was; empty if the operating system hides from this process what is in memory, as
   *     described at {@link MappedRegion#incore(long, long)}. Pages that come back during the call
   *     are not counted
   * @throws UnsupportedOperationException if the region is not shared with a file, or was mapped
   *     {@link MapOptions#withoutDescriptor()}
   * @throws MmapException if the operating system reports an error; if dirty pages could not be
   *     written, every later sync and eviction fails too, as described at {@link
   *     MappedRegion#sync(long, long, SyncMode, SyncOption...)}
   */
  public OptionalLong evict() throws MmapException {
    try {
      long left = Eviction.evict(mapping, offset, length);
      return left == Eviction.UNKNOWN ? OptionalLong.empty() : OptionalLong.of(left);
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
