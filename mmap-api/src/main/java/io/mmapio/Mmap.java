// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.backend.Backends;
import io.mmapio.internal.mapping.NamedMemory;
import io.mmapio.internal.pages.CacheCounts;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.internal.request.Source;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The entry point of this library: maps files and anonymous memory.
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
    Feature.answerBy(new FeatureAnswers());
    Advice.answerBy(new AdviceAnswers());
  }

  private static final class FeatureAnswers implements Predicate<Feature> {
    @Override
    public boolean test(Feature feature) {
      return backendCalls().supports(feature);
    }
  }

  private static final class AdviceAnswers implements Predicate<Advice> {
    @Override
    public boolean test(Advice advice) {
      return backendCalls().advise(0, 0, advice) == MmapBackend.APPLIED;
    }
  }

  private Mmap() {}

  private static MmapBackend backendCalls() {
    return Backends.current().backend();
  }

  /**
   * Maps a whole file for reading.
   *
   * @param path the file; an empty file becomes an empty region, but a file that only reports size
   *     0 because the system generates its contents on read, as in /proc, is refused
   * @return an open region, which the caller must close
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws java.nio.file.AccessDeniedException if the file may not be read
   * @throws IOException if the file cannot be opened or mapped
   * @throws NoBackendException if there is no backend for this platform
   */
  public static MappedRegion map(Path path) throws IOException {
    return file(path).map();
  }

  /**
   * Maps a whole file.
   *
   * @param path the file; an empty file becomes an empty region
   * @param access how the bytes may be accessed
   * @return an open region, which the caller must close
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws java.nio.file.AccessDeniedException if the file may not be read, or not written
   * @throws IOException if the file cannot be opened or mapped
   * @throws NoBackendException if there is no backend for this platform
   */
  public static MappedRegion map(Path path, Access access) throws IOException {
    return file(path).access(access).map();
  }

  /**
   * Returns options for mapping a file by path. {@link MapOptions#map()} opens the file.
   *
   * @param path a file or block device
   * @return options for the whole file, {@link Access#READ_ONLY}, without advice
   */
  public static MapOptions file(Path path) {
    return options(new Source.OfPath(Objects.requireNonNull(path, "path")), MapRequest.TO_THE_END);
  }

  /**
   * Returns options for opening a file whose changes are committed all or none, whatever happens to
   * the process or the machine. See {@link AtomicRegion}.
   *
   * @param path of an existing file, which has its size already; {@link AtomicOptions#open()} opens
   *     it
   * @return options with the default journal, next to the file
   */
  public static AtomicOptions atomic(Path path) {
    return new AtomicOptions(Objects.requireNonNull(path, "path"));
  }

  /**
   * Returns options for mapping an open file. {@link MapOptions#map()} duplicates the channel's
   * file descriptor. Closing the channel, or interrupting a thread that uses it, does not affect
   * the region afterwards.
   *
   * @param channel of the default file system; open for reading, and also for writing if the access
   *     will be {@link Access#READ_WRITE}; its position is neither used nor changed
   * @return options for the whole file, {@link Access#READ_ONLY}, without advice
   */
  public static MapOptions file(FileChannel channel) {
    Objects.requireNonNull(channel, "channel");
    return options(new Source.OfChannel(channel), MapRequest.TO_THE_END);
  }

  /**
   * Returns options for mapping an open file. {@link MapOptions#map()} duplicates the file
   * descriptor. Closing the descriptor, or reusing its number, does not affect the region
   * afterwards.
   *
   * @param descriptor open for reading, and also for writing if the access will be {@link
   *     Access#READ_WRITE}
   * @return options for the whole file, {@link Access#READ_ONLY}, without advice
   */
  public static MapOptions file(FileDescriptor descriptor) {
    Objects.requireNonNull(descriptor, "descriptor");
    return options(new Source.OfDescriptor(descriptor), MapRequest.TO_THE_END);
  }

  /**
   * Returns options for mapping anonymous memory: private to this process, outside the Java heap,
   * filled with zeros.
   *
   * @param size in bytes, zero or more
   * @return options with {@link Access#READ_WRITE}, without advice
   * @throws IndexOutOfBoundsException if the size is negative
   */
  public static MapOptions anonymous(long size) {
    Objects.checkFromIndexSize(0, size, Long.MAX_VALUE);
    return options(new Source.Anonymous(), size).access(Access.READ_WRITE);
  }

  /**
   * Returns the shared memory of a name. This method neither opens nor creates the memory.
   *
   * @param name 1 to 200 bytes in UTF-8, valid as a file name on every system: no slash, backslash
   *     or colon, no dot at either end
   * @return shared memory, which can be created, opened and unlinked
   * @throws IllegalArgumentException if the name is not valid
   */
  public static SharedMemory shared(String name) {
    return new SharedMemory(NamedMemory.of(Objects.requireNonNull(name, "name")));
  }

  /**
   * Returns options for mapping memory that can be passed to other processes and that none of them
   * can truncate, so reading it never faults: see F_SEAL_SHRINK in fcntl(2). Other processes open
   * the memory through {@link MappedRegion#descriptorPath()}. Linux only; check {@link
   * Feature#SEALED_MEMORY}.
   *
   * @param size in bytes, zero or more; fixed, unless a {@link MapOptions#capacity} lets the region
   *     grow
   * @return options with {@link Access#READ_WRITE}, without advice
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
   * Counts the pages of a file in the file cache without mapping the file. This costs less than
   * half of mapping the file for {@link MappedRegion#incore()}, and does not tell which pages are
   * in memory. See cachestat(2).
   *
   * @param path a file or block device that may be read
   * @return empty if the operating system does not provide the counts: see {@link
   *     Pages#cacheState()}
   * @throws java.nio.file.NoSuchFileException if the file does not exist
   * @throws java.nio.file.AccessDeniedException if the file may not be read
   * @throws IOException if the file cannot be opened, or the operating system reports an error
   * @throws NoBackendException if there is no backend for this platform
   */
  public static Optional<CacheState> cacheState(Path path) throws IOException {
    Source source = new Source.OfPath(Objects.requireNonNull(path, "path"));
    return CacheCounts.cacheState(backendCalls(), source);
  }

  /**
   * Returns what is mapped at this moment, to find regions that are never closed and to see how
   * close the process is to its limits. Statistics have no cost until this method is called; the
   * call examines every open region.
   *
   * @return the statistics at the moment of the call
   */
  public static MmapStatistics statistics() {
    return MmapStatistics.now();
  }

  /**
   * Returns the page size, which is the unit of residency and advice.
   *
   * @return bytes in a page: 4 KiB on most machines, 16 KiB on Apple silicon
   * @throws NoBackendException if there is no backend for this platform
   */
  public static long pageSize() {
    return Backends.current().backend().pageSize();
  }

  /**
   * Returns the unit in which the operating system maps files. Callers do not need this number: any
   * offset may be mapped, because the library rounds.
   *
   * @return bytes: the page size on Linux and macOS, 64 KiB on Windows
   * @throws NoBackendException if there is no backend for this platform
   */
  public static long allocationGranularity() {
    return Backends.current().backend().granularity();
  }

  /**
   * Returns the backend in use. The first call loads the backend.
   *
   * @return the backend, which stays the same while the JVM runs
   * @throws NoBackendException if there is no backend for this platform, or it does not load; the
   *     message says what to do
   */
  public static BackendInfo backend() {
    Backends.Selected selected = Backends.current();
    return new BackendInfo(selected.name(), selected.backend().origin());
  }
}
