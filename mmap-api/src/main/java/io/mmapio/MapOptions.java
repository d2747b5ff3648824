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
 * Options that say what to map and how. The object is immutable: each method returns new options,
 * so one object may be kept and used many times.
 */
public final class MapOptions {
  private final MapRequest spec;

  MapOptions(MapRequest spec) {
    this.spec = spec;
  }

  /**
   * Sets how the bytes may be accessed.
   *
   * @param access the default is {@link Access#READ_ONLY} for files and {@link Access#READ_WRITE}
   *     for memory that is not in a file
   * @return new options
   */
  public MapOptions access(Access access) {
    Objects.requireNonNull(access, "access");
    return with(access, spec.offset(), spec.length(), spec.growth());
  }

  /**
   * Maps a range of the file instead of the whole file.
   *
   * @param offset of the first byte; any number, not only multiples of the page size
   * @param length in bytes; zero gives an empty region
   * @return new options
   * @throws IndexOutOfBoundsException if either is negative or their sum is more than {@link
   *     Long#MAX_VALUE}
   * @throws UnsupportedOperationException for memory that is not in a file
   */
  public MapOptions range(long offset, long length) {
    requireFile("range");
    Objects.checkFromIndexSize(offset, length, Long.MAX_VALUE);
    return with(spec.access(), offset, length, spec.growth());
  }

  /**
   * Gives advice for the whole region as soon as it is mapped. If the advice fails, {@link #map()}
   * fails.
   *
   * @param advice the expected use; by default no advice is given
   * @return new options
   */
  public MapOptions advise(Advice advice) {
    Objects.requireNonNull(advice, "advice");
    Start start = spec.start();
    return with(new Start(advice, start.prefault(), start.locked(), start.guarded()));
  }

  /**
   * Makes all pages resident before {@link #map()} returns, so that touching them does not fault.
   * If this fails, {@code map()} fails. See {@link Pages#populate(Prefault)}.
   *
   * @param how whether for reading only, or also for writing
   * @return new options
   */
  public MapOptions populate(Prefault how) {
    Objects.requireNonNull(how, "how");
    Start start = spec.start();
    return with(new Start(start.advice(), how, start.locked(), start.guarded()));
  }

  /**
   * Locks the pages in memory. If this fails, {@link #map()} fails. See {@link Pages#lock()}.
   *
   * @return new options
   */
  public MapOptions locked() {
    Start start = spec.start();
    return with(new Start(start.advice(), start.prefault(), true, start.guarded()));
  }

  /**
   * Guards the region against lost pages. A page is lost if another process has truncated the file,
   * the disk is full under a sparse file, or the device failed. Touching a lost page of an
   * unguarded region throws {@link InternalError} in most Java code and ends the JVM in native
   * code. A lost page of a guarded region reads as zeros, for this process only.
   *
   * <p>The loss of a page is logged and damages the region. Every later call on the region throws
   * {@link LostPageException} with file, offset and cause; methods without a checked exception wrap
   * it in an {@link java.io.UncheckedIOException}. {@link MappedRegion#close()} throws too, but
   * closes the region.
   *
   * <p>A view that is used after {@code close()} reads zeros, as always, and the first such use is
   * logged. A system call that receives such a view, or a lost page, fails with an {@link
   * java.io.IOException}.
   *
   * <p>The first guarded region installs a SIGBUS handler. The handler passes every signal that
   * does not concern a guarded region to the handler that was installed before: see sigaction(2). A
   * handler that is installed later must do the same. On Windows the library installs a vectored
   * exception handler, and a page that cannot be read causes the loss of all pages of its region.
   *
   * <p>At most 16,383 regions can be guarded at a time, including closed regions that still have
   * views.
   *
   * @return new options
   */
  public MapOptions guarded() {
    Start start = spec.start();
    return with(new Start(start.advice(), start.prefault(), start.locked(), true));
  }

  /**
   * Reserves an address range for a region that will {@linkplain MappedRegion#grow grow}. The
   * reservation costs only address space, which RLIMIT_AS counts.
   *
   * @param max the largest size of the region, in bytes
   * @return new options
   * @throws IndexOutOfBoundsException if {@code max} is negative
   */
  public MapOptions capacity(long max) {
    Objects.checkFromIndexSize(0, max, Long.MAX_VALUE);
    return with(new Layout(max, spec.layout().mirrored(), spec.layout().hugePage()));
  }

  /**
   * Maps the range twice in a row, so that a ring buffer never wraps: byte {@code i} and byte
   * {@code i + length} are the same byte. The region is twice as large as the range. The offset and
   * length of the range must be multiples of {@link Mmap#allocationGranularity()}. Anonymous memory
   * is mapped from a file without a name in this case.
   *
   * @return new options
   */
  public MapOptions mirrored() {
    return with(new Layout(spec.layout().capacity(), true, spec.layout().hugePage()));
  }

  /**
   * Uses pages of another size than {@code Mmap.pageSize()}, which an administrator must have set
   * aside. This is for anonymous memory only. The region has the given size but occupies whole
   * pages. See MAP_HUGETLB in mmap(2), and {@link Feature#HUGE_PAGES}. For large pages that need
   * not be set aside, use {@link Advice#HUGEPAGE}.
   *
   * @param pageSize in bytes, a power of two, for example 2 MiB
   * @return new options
   * @throws IllegalArgumentException if the page size is not a power of two, or is less than a page
   * @throws UnsupportedOperationException if the memory is not anonymous
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
   * Extends the file if it ends before the range does, and allocates storage for the whole range,
   * including holes. So a full disk throws here instead of faulting at a later store. If the file
   * system cannot allocate storage, the file only receives its size; {@link
   * MappedRegion#allocation()} reports which. If extending fails, the file keeps its old size.
   * Requires {@link Access#READ_WRITE}.
   *
   * <p>If other processes extend the file at the same time, all of them need a common lock.
   *
   * @return new options
   * @throws UnsupportedOperationException for memory that is not in a file
   */
  public MapOptions extend() {
    return spec.growth() == Growth.SPARSE ? this : growth("extend", Growth.ALLOCATE);
  }

  /**
   * Extends the file as {@link #extend()} does, but allocates no storage. This is fast and takes
   * little disk space, but a store into the region faults if the disk is full.
   *
   * @return new options
   * @throws UnsupportedOperationException for memory that is not in a file
   */
  public MapOptions sparse() {
    return growth("sparse", Growth.SPARSE);
  }

  /**
   * Lets the region keep no file descriptor. A region has a descriptor of its own, which counts
   * toward RLIMIT_NOFILE. With this option the file is let go as soon as it is mapped, so that a
   * process may have as many regions as it may have mappings, and mapping and closing take two
   * system calls less. Requires {@link Access#READ_ONLY}, without {@link #capacity}.
   *
   * <p>What needs the file later is not available: {@link Pages#evict()} throws, {@link
   * Pages#cacheState()} and {@link MappedRegion#descriptorPath()} are empty, {@link
   * MappedRegion#read} copies from the mapped pages, and names in messages are those of paths only.
   * Whether {@link MappedRegion#incore()} may tell the truth is found out when the file is mapped.
   *
   * <p>If another thread closes the channel while {@link #map()} maps it, {@code map()} throws
   * {@link java.nio.channels.AsynchronousCloseException}.
   *
   * @return new options
   * @throws UnsupportedOperationException for memory that is not in a file
   */
  public MapOptions withoutDescriptor() {
    requireFile("withoutDescriptor");
    return with(spec.layout(), spec.start(), true);
  }

  /**
   * Maps with these options.
   *
   * @return an open region, which the caller must close
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws java.nio.file.AccessDeniedException if the file may not be read, or not written
   * @throws java.nio.channels.ClosedChannelException if the channel is closed
   * @throws MmapException if the file ends before the range does and the options do not extend it,
   *     if the disk is full, or if the operating system reports another error; nothing is left
   *     mapped or open
   * @throws IOException if the file cannot be opened
   * @throws IllegalArgumentException if options contradict each other, for example if the file is
   *     to be extended but the access does not allow writing
   * @throws UnsupportedOperationException if the channel or path is not a file of the operating
   *     system, or this platform does not support an option
   * @throws NoBackendException if there is no backend for this platform
   */
  public MappedRegion map() throws IOException {
    return new MappedRegion(
        MappingCreator.map(Backends.current().backend(), spec.checked(), StartOptions.ALL));
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
        new MapRequest(
            spec.source(),
            access,
            offset,
            length,
            growth,
            spec.layout(),
            spec.start(),
            spec.withoutDescriptor()));
  }

  private MapOptions with(Layout layout) {
    return with(layout, spec.start(), spec.withoutDescriptor());
  }

  private MapOptions with(Start start) {
    return with(spec.layout(), start, spec.withoutDescriptor());
  }

  private MapOptions with(Layout layout, Start start, boolean withoutDescriptor) {
    return new MapOptions(
        new MapRequest(
            spec.source(),
            spec.access(),
            spec.offset(),
            spec.length(),
            spec.growth(),
            layout,
            start,
            withoutDescriptor));
  }
}
