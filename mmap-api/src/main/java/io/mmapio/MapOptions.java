// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.backend.Backends;
import io.mmapio.internal.mapping.MappingCreator;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.MapRequest.Layout;
import io.mmapio.internal.request.MapRequest.Start;
import io.mmapio.internal.request.Source;
import java.io.IOException;
import java.util.Objects;

/**
 * What to map and how: named options on an immutable object. Each method returns a new one, so that
 * one may be kept and used many times.
 */
public final class MapOptions {
  private final MapRequest spec;

  MapOptions(MapRequest spec) {
    this.spec = spec;
  }

  /**
   * Sets what may be done with the bytes.
   *
   * @param access {@link Access#READ_ONLY} unless set, {@link Access#READ_WRITE} for memory of no
   *     file
   * @return new options
   */
  public MapOptions access(Access access) {
    Objects.requireNonNull(access, "access");
    return with(access, spec.offset(), spec.length(), spec.growth());
  }

  /**
   * Maps a part of the file instead of all of it.
   *
   * @param offset of the first byte; any number, not only multiples of the page size
   * @param length in bytes; zero gives an empty region
   * @return new options
   * @throws IndexOutOfBoundsException if either is negative or their sum is more than {@link
   *     Long#MAX_VALUE}
   * @throws UnsupportedOperationException for memory of no file
   */
  public MapOptions range(long offset, long length) {
    requireFile("range");
    Objects.checkFromIndexSize(offset, length, Long.MAX_VALUE);
    return with(spec.access(), offset, length, spec.growth());
  }

  /**
   * Gives advice for the whole region as soon as it is mapped. If that fails, so does mapping.
   *
   * @param advice none unless set
   * @return new options
   */
  public MapOptions advise(Advice advice) {
    Objects.requireNonNull(advice, "advice");
    Start start = spec.start();
    return with(new Start(advice, start.prefault(), start.locked(), start.guarded()));
  }

  /**
   * Makes the pages present before {@link #map()} returns, so that touching them does not fault. If
   * that fails, so does mapping. See {@link Pages#populate(Prefault)}.
   *
   * @param how to be read, or to be written too
   * @return new options
   */
  public MapOptions populate(Prefault how) {
    Objects.requireNonNull(how, "how");
    Start start = spec.start();
    return with(new Start(start.advice(), how, start.locked(), start.guarded()));
  }

  /**
   * Locks the pages in memory. If that fails, so does mapping. See {@link Pages#lock()}.
   *
   * @return new options
   */
  public MapOptions locked() {
    Start start = spec.start();
    return with(new Start(start.advice(), start.prefault(), true, start.guarded()));
  }

  /**
   * Guards the region: a page that cannot be had (another process has cut the file, the disk is
   * full under a sparse file, the device failed) reads as zeros, for this process alone, where it
   * would be an {@link InternalError} in most of Java's code and the end of the JVM in native code.
   * The region is then damaged: this is logged, and every later call on it throws {@link
   * LostPageException} with file, offset and cause, those without a checked exception in an {@link
   * java.io.UncheckedIOException}; so does {@link MappedRegion#close()}, which closes all the same.
   * A view that is used after closing reads zeros as ever, and is logged once; a system call that
   * is given such a view, or a lost page, fails with an {@link java.io.IOException}.
   *
   * <p>For this the library installs a handler of SIGBUS when it is first asked to, which hands on
   * every signal that is not about a guarded region to the handler that was there before: see
   * sigaction(2). A handler that somebody installs later has to do the same. On Windows it is a
   * vectored exception handler, and a page that cannot be read takes all pages of its region along.
   * There can be 16,383 guarded regions at a time, with those that were closed and have views.
   *
   * @return new options
   */
  public MapOptions guarded() {
    Start start = spec.start();
    return with(new Start(start.advice(), start.prefault(), start.locked(), true));
  }

  /**
   * Keeps addresses for a region that is to {@linkplain MappedRegion#grow grow}. They cost nothing
   * but address space (RLIMIT_AS counts it).
   *
   * @param max the largest size it may have, in bytes
   * @return new options
   * @throws IndexOutOfBoundsException if it is negative
   */
  public MapOptions capacity(long max) {
    Objects.checkFromIndexSize(0, max, Long.MAX_VALUE);
    return with(new Layout(max, spec.layout().mirrored(), spec.layout().hugePage()));
  }

  /**
   * Maps the range twice, one behind the other, so that a ring buffer never wraps: byte {@code i}
   * and byte {@code i + length} are the same byte. The region is twice as large as the range, whose
   * offset and length have to be multiples of {@link Mmap#allocationGranularity()}. Anonymous
   * memory is then memory of a file without a name.
   *
   * @return new options
   */
  public MapOptions mirrored() {
    return with(new Layout(spec.layout().capacity(), true, spec.layout().hugePage()));
  }

  /**
   * Uses pages of another size than {@code Mmap.pageSize()}, which an administrator has set aside.
   * For memory of no file; the size of the region is as given, what it takes is whole pages. See
   * MAP_HUGETLB in mmap(2), and {@link Feature#HUGE_PAGES}. Large pages that need no setting aside
   * are {@link Advice#HUGEPAGE}.
   *
   * @param pageSize in bytes, a power of two, for example 2 MiB
   * @return new options
   * @throws IllegalArgumentException if it is not a power of two, or less than a page
   * @throws UnsupportedOperationException for files
   */
  public MapOptions hugePages(long pageSize) {
    if (!(spec.source() instanceof Source.Anonymous)) {
      throw new UnsupportedOperationException("hugePages() is for anonymous memory");
    }
    if (Long.bitCount(pageSize) != 1 || pageSize < Backends.current().backend().pageSize()) {
      throw new IllegalArgumentException(pageSize + " is not the size of a page");
    }
    return with(new Layout(spec.layout().capacity(), spec.layout().mirrored(), pageSize));
  }

  /**
   * Extends the file if it ends before the range does, and takes storage for the whole range, holes
   * included, so that a full disk is an exception here and not a fault at some later store. Where
   * the file system cannot, the file is only given its size: {@link MappedRegion#allocation()} says
   * which. If it fails the file has its old size. Needs {@link Access#READ_WRITE}.
   *
   * <p>Other processes that extend the file at the same time need a lock between them and this one.
   *
   * @return new options
   * @throws UnsupportedOperationException for memory of no file
   */
  public MapOptions extend() {
    return spec.growth() == Growth.SPARSE ? this : growth("extend", Growth.ALLOCATE);
  }

  /**
   * Extends the file as {@link #extend()} does, but takes no storage beforehand: quick and small,
   * and on a full disk a store into the region faults.
   *
   * @return new options
   * @throws UnsupportedOperationException for memory of no file
   */
  public MapOptions sparse() {
    return growth("sparse", Growth.SPARSE);
  }

  /**
   * Maps.
   *
   * @return an open region, for the caller to close
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws java.nio.file.AccessDeniedException if it may not be read, or not written
   * @throws java.nio.channels.ClosedChannelException if the channel is closed
   * @throws MmapException if the file ends before the range does and is not to be extended, if the
   *     disk is full, or if the operating system refuses for another reason; nothing is left behind
   * @throws IOException if the file cannot be opened
   * @throws IllegalArgumentException if options contradict each other, for example if the file is
   *     to be extended but not to be written
   * @throws UnsupportedOperationException if the channel or path stands for no file of the
   *     operating system, or an option is not to be had on this platform
   * @throws NoBackendException if there is no backend for this platform
   */
  public MappedRegion map() throws IOException {
    return new MappedRegion(
        MappingCreator.map(Backends.current().backend(), spec.checked(), StartOptions::apply));
  }

  private MapOptions growth(String option, Growth growth) {
    requireFile(option);
    return with(spec.access(), spec.offset(), spec.length(), growth);
  }

  private void requireFile(String option) {
    if (!(spec.source() instanceof Source.Anonymous || spec.source() instanceof Source.Sealed)) {
      return;
    }
    throw new UnsupportedOperationException(
        option + "() is for files, not for " + spec.source().name());
  }

  private MapOptions with(Access access, long offset, long length, Growth growth) {
    return new MapOptions(
        new MapRequest(spec.source(), access, offset, length, growth, spec.layout(), spec.start()));
  }

  private MapOptions with(Layout layout) {
    return with(layout, spec.start());
  }

  private MapOptions with(Start start) {
    return with(spec.layout(), start);
  }

  private MapOptions with(Layout layout, Start start) {
    return new MapOptions(
        new MapRequest(
            spec.source(),
            spec.access(),
            spec.offset(),
            spec.length(),
            spec.growth(),
            layout,
            start));
  }
}
