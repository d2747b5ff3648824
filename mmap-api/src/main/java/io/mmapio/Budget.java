// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.budget.Pool;
import java.lang.ref.Reference;
import java.util.Objects;

/**
 * A number of bytes that the pages of a region, or of a group of regions, may keep in memory. A
 * thread of the library looks at the regions again and again. When their pages in memory come close
 * to the limit, it writes back and drops the pages that are needed least, until there is room.
 * Contents never change: the next access to a dropped page reads the file.
 *
 * <pre>{@code
 * try (MappedRegion region = Mmap.map(file, Access.READ_WRITE);
 *     Budget budget = Budget.of(256L << 20)) {
 *   budget.add(region);
 *   budget.classify(region, 0, header, Retention.PINNED);
 * }
 * }</pre>
 *
 * <p>The limit is kept by looking, and not by the operating system: between two looks, pages may
 * come in faster than the thread drops them. It looks every 20 to 500 milliseconds, more often the
 * faster memory fills, and spends at most about a twentieth of a processor on looking. It begins to
 * drop pages before the limit is reached, at a distance of a 64th of the limit, or of what has
 * lately come in during two looks, but at most an eighth of the limit. So a program whose speed of
 * reading changes slowly stays below the limit, and one that has been idle and then reads as fast
 * as it can may exceed it once, by what it reads in half a second.
 *
 * <p>Which pages go: {@link Retention#COLD} before {@link Retention#CACHED}, {@link
 * Retention#PINNED} never. Among the CACHED ones, on Linux, those go that were not touched through
 * a view or by {@link Pages#populate} since the budget came by last (the CLOCK algorithm). For that
 * the budget removes pages from the page table and looks later which have come back, so that a page
 * in memory may fault once more, which takes about a microsecond. Pages are handled in blocks of 64
 * KiB, because Linux brings as many back at a touch; where the file system keeps a file in larger
 * pieces, in blocks of 2 MiB. On other systems, pages are dropped in turn: see {@link
 * Feature#RECENCY}. {@link MappedRegion#read} and {@link MappedRegion#write} touch no page in this
 * sense.
 *
 * <p>What counts are the pages of the file cache, whoever has brought them there; on Windows the
 * pages in the working set of this process. Pages in a range that two regions map count twice.
 * Dirty pages are written back before they go, and the budget waits for that. If that fails, the
 * region is treated as after a failed {@linkplain MappedRegion#sync(long, long, SyncMode,
 * SyncOption...) sync}: every later sync throws the error, and the budget drops no more of its
 * pages.
 *
 * <p>Locked pages, and pages that another process has mapped, stay. So does memory that is not in a
 * file of a disk, such as {@link SharedMemory} and files of tmpfs.
 *
 * <p>A budget does not keep its regions alive. A region that is closed or collected leaves it. A
 * budget works while it has regions, even if the program has dropped it, until it is closed. Every
 * method may be called from any thread.
 */
public final class Budget implements AutoCloseable {
  private final Pool pool;

  private Budget(Pool pool) {
    this.pool = pool;
  }

  /**
   * Creates a budget without regions.
   *
   * @param bytes the limit, zero or more
   * @return an open budget; as long as it has no regions it has no thread and no cost
   * @throws IllegalArgumentException if {@code bytes} is negative
   */
  public static Budget of(long bytes) {
    return new Budget(new Pool(checked(bytes)));
  }

  private static long checked(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("a budget of " + bytes + " bytes");
    }
    return bytes;
  }

  /**
   * Puts a region under this budget, with all pages {@link Retention#CACHED}. Returns at once; the
   * limit is kept from the next look on.
   *
   * @param region of a file, and not {@link Access#COPY_ON_WRITE}
   * @throws UnsupportedOperationException if the pages of the region cannot be dropped and read
   *     again: private memory, {@linkplain Mmap#sealed sealed memory}, a region {@linkplain
   *     MapOptions#withoutDescriptor() without descriptor}; if the operating system hides from this
   *     process which pages are in memory, see {@link MappedRegion#incore(long, long)}; or if this
   *     platform drops no pages, see {@link Feature#EVICT}
   * @throws IllegalStateException if the region is in another budget or closed, or this budget is
   *     closed
   * @throws MmapException if the operating system reports an error
   */
  public void add(MappedRegion region) throws MmapException {
    try {
      pool.add(region.mapping());
    } finally {
      Reference.reachabilityFence(region);
    }
  }

  /**
   * Takes a region out of this budget. Its pages stay as they are, and its classes are forgotten.
   *
   * @param region any region
   * @return whether it was in this budget
   */
  public boolean remove(MappedRegion region) {
    return pool.remove(region.mapping());
  }

  /**
   * Chooses how long the pages that a range touches are kept. A page that two ranges touch has the
   * class that was given last. The part that a region gains by growing is {@link Retention#CACHED}.
   * Pages that are being dropped at this moment may still go.
   *
   * @param region in this budget
   * @param offset of the first byte
   * @param length in bytes
   * @param retention how long to keep the pages
   * @throws IndexOutOfBoundsException if the range is not inside the region
   * @throws IllegalArgumentException if the region is not in this budget
   * @throws IllegalStateException if the region is closed
   */
  public void classify(MappedRegion region, long offset, long length, Retention retention) {
    Objects.requireNonNull(retention, "retention");
    Objects.checkFromIndexSize(offset, length, region.size());
    region.mapping().requireOpen();
    pool.classify(region.mapping(), offset, length, retention);
  }

  /**
   * Changes the limit. Returns at once; a smaller limit is kept from the next look on.
   *
   * @param bytes the new limit, zero or more
   * @throws IllegalArgumentException if {@code bytes} is negative
   */
  public void resize(long bytes) {
    pool.resize(checked(bytes));
  }

  /**
   * Returns the limit.
   *
   * @return bytes
   */
  public long limit() {
    return pool.limit();
  }

  /**
   * Counts what the regions have in memory now. On Linux 6.5 and later this takes up to some
   * milliseconds for each GiB in memory (see cachestat(2)); elsewhere it looks at every page.
   *
   * @return bytes
   * @throws MmapException if the operating system reports an error
   */
  public long resident() throws MmapException {
    return pool.resident();
  }

  /**
   * Counts what the pages that are {@link Retention#PINNED} have in memory now.
   *
   * @return bytes, a part of {@link #resident()}
   * @throws MmapException if the operating system reports an error
   */
  public long pinned() throws MmapException {
    return pool.pinned();
  }

  /**
   * Keeps the limit now, in this thread: drops pages as the thread of the library would, until the
   * regions are below the limit or nothing more can be dropped. Waits while dirty pages are written
   * back.
   *
   * @return bytes that left the memory
   */
  public long enforce() {
    return pool.enforce();
  }

  /**
   * Returns what this budget has done. Costs nothing: see the parts of the record.
   *
   * @return counts at this moment
   */
  public BudgetState state() {
    return pool.state();
  }

  /**
   * Ends this budget. Its regions leave it; they are neither closed nor touched. Waits for a call
   * to the operating system that the budget has in progress. Closing again does nothing.
   */
  @Override
  public void close() {
    pool.close();
  }

  @Override
  public String toString() {
    BudgetState state = pool.state();
    return "Budget["
        + state.resident()
        + " of "
        + state.limit()
        + ", regions "
        + state.regions()
        + "]";
  }
}
