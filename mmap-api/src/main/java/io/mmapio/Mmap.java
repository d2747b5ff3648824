// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.backend.Backends;
import io.mmapio.internal.mapping.NamedMemory;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.Source;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;

/**
 * The way in: maps files, and memory of no file.
 *
 * <pre>{@code
 * try (MappedRegion region = Mmap.map(Path.of("world.dat"), Access.READ_WRITE)) {
 *   region.buffer().putInt(0, 42);
 *   region.sync();
 * }
 * }</pre>
 */
public final class Mmap {
  static {
    Feature.answerBy(feature -> backendCalls().supports(feature));
    Advice.answerBy(advice -> backendCalls().advise(0, 0, advice) == MmapBackend.APPLIED);
  }

  private Mmap() {}

  private static MmapBackend backendCalls() {
    return Backends.current().backend();
  }

  /**
   * Maps a whole file, to read.
   *
   * @param path the file; an empty one gives an empty region, but one that only seems empty because
   *     the system makes its contents when they are read, as in /proc, is refused
   * @return an open region, for the caller to close
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws java.nio.file.AccessDeniedException if it may not be read
   * @throws IOException if it cannot be opened or mapped
   * @throws NoBackendException if there is no backend for this platform
   */
  public static MappedRegion map(Path path) throws IOException {
    return file(path).map();
  }

  /**
   * Maps a whole file.
   *
   * @param path the file; an empty one gives an empty region
   * @param access what may be done with the bytes
   * @return an open region, for the caller to close
   * @throws java.nio.file.NoSuchFileException if there is no such file
   * @throws java.nio.file.AccessDeniedException if it may not be read, or not written
   * @throws IOException if it cannot be opened or mapped
   * @throws NoBackendException if there is no backend for this platform
   */
  public static MappedRegion map(Path path, Access access) throws IOException {
    return file(path).access(access).map();
  }

  /**
   * Starts mapping a file by its name. Nothing is opened before {@link MapOptions#map()}.
   *
   * @param path the file, or block device
   * @return options: the whole file, {@link Access#READ_ONLY}, no advice
   */
  public static MapOptions file(Path path) {
    return options(new Source.OfPath(Objects.requireNonNull(path, "path")), MapRequest.TO_THE_END);
  }

  /**
   * Starts mapping a file that is open. {@link MapOptions#map()} duplicates its descriptor: closing
   * the channel, or interrupting a thread that uses it, does not touch the region afterwards.
   *
   * @param channel open for reading, and for writing too if the access is to be {@link
   *     Access#READ_WRITE}; of the default file system; its position is neither used nor changed
   * @return options: the whole file, {@link Access#READ_ONLY}, no advice
   */
  public static MapOptions file(FileChannel channel) {
    Objects.requireNonNull(channel, "channel");
    return options(new Source.OfChannel(channel), MapRequest.TO_THE_END);
  }

  /**
   * Starts mapping a file that is open. {@link MapOptions#map()} duplicates the descriptor: it may
   * be closed, and its number be used again, without touching the region afterwards.
   *
   * @param descriptor open for reading, and for writing too if the access is to be {@link
   *     Access#READ_WRITE}
   * @return options: the whole file, {@link Access#READ_ONLY}, no advice
   */
  public static MapOptions file(FileDescriptor descriptor) {
    Objects.requireNonNull(descriptor, "descriptor");
    return options(new Source.OfDescriptor(descriptor), MapRequest.TO_THE_END);
  }

  /**
   * Starts mapping memory of no file: private to this process, outside the Java heap, all zeros.
   *
   * @param size in bytes, zero or more
   * @return options: {@link Access#READ_WRITE}, no advice
   * @throws IndexOutOfBoundsException if the size is negative
   */
  public static MapOptions anonymous(long size) {
    Objects.checkFromIndexSize(0, size, Long.MAX_VALUE);
    return options(new Source.Anonymous(), size).access(Access.READ_WRITE);
  }

  /**
   * Names memory that processes share. Nothing is opened or made by this.
   *
   * @param name 1 to 200 bytes in UTF-8 that every system has in file names: no slash, backslash or
   *     colon, no dot at either end
   * @return what can be created, opened and unlinked
   * @throws IllegalArgumentException if it is not such a name
   */
  public static SharedMemory shared(String name) {
    return new SharedMemory(NamedMemory.of(Objects.requireNonNull(name, "name")));
  }

  /**
   * Starts mapping memory that other processes can be handed and that none of them can cut, so that
   * reading it never faults: see F_SEAL_SHRINK in fcntl(2). They open it by {@link
   * MappedRegion#descriptorPath()}. To be had on Linux: {@link Feature#SEALED_MEMORY}.
   *
   * @param size in bytes, zero or more; fixed, unless a {@link MapOptions#capacity} lets it grow
   * @return options: {@link Access#READ_WRITE}, no advice
   * @throws IndexOutOfBoundsException if the size is negative
   */
  public static MapOptions sealed(long size) {
    Objects.checkFromIndexSize(0, size, Long.MAX_VALUE);
    return options(new Source.Sealed(), size).access(Access.READ_WRITE);
  }

  private static MapOptions options(Source source, long length) {
    return new MapOptions(MapRequest.of(source, Access.READ_ONLY, length));
  }

  /**
   * Tells what is mapped: for finding what nobody closes, and how near the limits are. Costs
   * nothing until it is asked; it then looks at every open region.
   *
   * @return as it was in the moment of the call
   */
  public static MmapStatistics statistics() {
    return MmapStatistics.now();
  }

  /**
   * Returns the unit of residency and advice.
   *
   * @return bytes in a page: 4 KiB on most machines, 16 KiB on Apple silicon
   * @throws NoBackendException if there is no backend for this platform
   */
  public static long pageSize() {
    return Backends.current().backend().pageSize();
  }

  /**
   * Returns the unit in which the operating system maps files. For information: any offset may be
   * mapped, the library does the rounding.
   *
   * @return bytes: the page size on Linux and macOS, 64 KiB on Windows
   * @throws NoBackendException if there is no backend for this platform
   */
  public static long allocationGranularity() {
    return Backends.current().backend().granularity();
  }

  /**
   * Returns which backend runs, loading it if none does yet.
   *
   * @return the same for as long as the JVM runs
   * @throws NoBackendException if there is no backend for this platform, or it does not load; the
   *     message says what to do
   */
  public static BackendInfo backend() {
    Backends.Selected selected = Backends.current();
    return new BackendInfo(selected.name(), selected.backend().origin());
  }
}
