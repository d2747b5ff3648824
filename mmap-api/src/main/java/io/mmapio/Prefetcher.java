// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.mapping.Mapping;
import io.mmapio.internal.pages.PagePrefetch;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;

/**
 * The offsets of blocks in the order in which a program will read them. The blocks that come next
 * are fetched while the program works on those before. So a disk that serves many requests at a
 * time gets many, from one thread. Created by {@link MappedRegion#prefetch}.
 *
 * <p>The operating system is asked by the file: see posix_fadvise(2) on Linux, and F_RDADVISE of
 * fcntl(2) on macOS. Unlike madvise(2), this does not wait for the lock of the address space, and
 * {@link Advice#RANDOM} does not weaken it. Where there is no file, or {@linkplain
 * MapOptions#withoutDescriptor() no descriptor}, and on Windows, it is asked with {@link
 * Advice#WILLNEED}. Pages of tmpfs that were swapped out are not fetched.
 *
 * <p>A prefetcher takes up to {@code ahead} offsets from its source before they are due, and
 * fetches their blocks in batches of half as many, in the thread that calls {@link #nextLong}. It
 * only gives advice: the program reads the same bytes with it and without it. It does not wait for
 * the disk, and does not map the pages: see {@link MappedRegion#fetch(long[], long)} for that.
 * Where the operating system ignores the advice, it does nothing but pass on the offsets.
 *
 * <p>One thread at a time may use a prefetcher.
 */
public final class Prefetcher implements PrimitiveIterator.OfLong {
  private final MappedRegion region;
  private final Mapping mapping;
  private final PrimitiveIterator.OfLong source;
  private final long length;
  private final int batch;
  private final PagePrefetch wanted;

  /** A ring of the offsets that were taken and not yet passed on. */
  private final long[] taken;

  private int first;
  private int count;
  private boolean advises = true;

  Prefetcher(
      MappedRegion region,
      Mapping mapping,
      PrimitiveIterator.OfLong source,
      long length,
      int ahead) {
    this.region = region;
    this.mapping = mapping;
    this.source = source;
    this.length = length;
    this.taken = new long[ahead];
    this.batch = (ahead + 1) / 2;
    this.wanted = new PagePrefetch(mapping, batch);
  }

  @Override
  public boolean hasNext() {
    return count > 0 || source.hasNext();
  }

  /**
   * Returns the offset of the next block. An offset that the source gave and that is not inside the
   * region is returned too, at its turn, without anything being fetched.
   *
   * @return the next offset of the source
   * @throws NoSuchElementException if there is none
   * @throws IllegalStateException if the region is closed
   * @throws UncheckedIOException if the operating system reports an error
   */
  @Override
  public long nextLong() {
    mapping.requireOpen();
    if (taken.length - count >= batch) {
      fetchMore();
    }
    if (count == 0) {
      throw new NoSuchElementException();
    }
    long next = taken[first];
    first = (first + 1) % taken.length;
    count--;
    return next;
  }

  private void fetchMore() {
    boolean inside = false;
    while (count < taken.length && source.hasNext()) {
      long offset = source.nextLong();
      taken[(first + count++) % taken.length] = offset;
      if (advises && offset >= 0 && length > 0 && length <= region.size() - offset) {
        wanted.add(offset, length);
        inside = true;
      }
    }
    try {
      advises = inside ? wanted.ask() : advises;
    } catch (MmapException e) {
      throw new UncheckedIOException(e);
    }
  }
}
