// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.Backends;
import io.mmapio.internal.MapSpec;
import io.mmapio.internal.MapSpec.Growth;
import io.mmapio.internal.Mapper;
import io.mmapio.internal.Source;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to map and how: named options on an immutable object. Each method returns a new one, so that
 * one may be kept and used many times.
 */
public final class MapOptions {
  private final MapSpec spec;

  MapOptions(MapSpec spec) {
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
    return with(access, spec.offset(), spec.length(), spec.growth(), spec.advice());
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
    return with(spec.access(), offset, length, spec.growth(), spec.advice());
  }

  /**
   * Gives advice for the whole region as soon as it is mapped. If that fails, so does mapping.
   *
   * @param advice none unless set
   * @return new options
   */
  public MapOptions advise(Advice advice) {
    Objects.requireNonNull(advice, "advice");
    return with(spec.access(), spec.offset(), spec.length(), spec.growth(), advice);
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
   * @throws IllegalArgumentException if the file is to be extended but not to be written
   * @throws UnsupportedOperationException if the channel or path stands for no file of the
   *     operating system
   * @throws NoBackendException if there is no backend for this platform
   */
  public MappedRegion map() throws IOException {
    if (spec.growth() != Growth.NEVER && spec.access() != Access.READ_WRITE) {
      throw new IllegalArgumentException(
          "only Access.READ_WRITE can extend a file, not " + spec.access());
    }
    return new MappedRegion(Mapper.map(Backends.current().backend(), spec));
  }

  private MapOptions growth(String option, Growth growth) {
    requireFile(option);
    return with(spec.access(), spec.offset(), spec.length(), growth, spec.advice());
  }

  private void requireFile(String option) {
    if (spec.source() instanceof Source.Anonymous) {
      throw new UnsupportedOperationException(option + "() is for files, not for anonymous memory");
    }
  }

  private MapOptions with(
      Access access, long offset, long length, Growth growth, @Nullable Advice advice) {
    return new MapOptions(new MapSpec(spec.source(), access, offset, length, growth, advice));
  }
}
