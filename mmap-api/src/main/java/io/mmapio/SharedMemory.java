// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import io.mmapio.internal.backend.Backends;
import io.mmapio.internal.mapping.MappingCreator;
import io.mmapio.internal.mapping.NamedMemory;
import io.mmapio.internal.pages.StartOptions;
import io.mmapio.internal.request.MapRequest;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Shared memory that processes find by a name. The memory has its size and is filled with zeros
 * before another process can see it. It exists until it is unlinked, regardless of which process
 * created it and whether a process has it open; on Linux, a restart of the machine removes it too.
 * Open regions stay valid after unlinking.
 *
 * <p>On Linux the memory is what shm_open(3) creates: the file of that name in {@code /dev/shm}. So
 * programs in other languages can share it. On other systems it is a file in a directory of this
 * user below {@code java.io.tmpdir}, which must be the same for all processes; the system may write
 * its pages to disk.
 *
 * <p>Only the owner may open the memory, unless {@link #permissions} allows more. Objects of this
 * class are immutable. Every method may be called from any thread and any process.
 */
public final class SharedMemory {
  private final NamedMemory memory;

  SharedMemory(NamedMemory memory) {
    this.memory = memory;
  }

  /**
   * Sets which users may open the memory that {@link #create} makes, and of which users {@link
   * #open} accepts memory. With permissions for users other than the owner, {@code open} also
   * accepts the memory of other users. Systems without POSIX permissions ignore this setting.
   *
   * @param permissions the default is {@code rw-------}; the umask has no effect
   * @return the same name with other permissions
   */
  public SharedMemory permissions(Set<PosixFilePermission> permissions) {
    return new SharedMemory(memory.permissions(permissions));
  }

  /**
   * Creates the memory, with storage, and maps it {@link Access#READ_WRITE}.
   *
   * @param size in bytes, zero or more
   * @return an open region, which the caller must close; closing does not unlink
   * @throws FileAlreadyExistsException if the name is taken; if several processes create at the
   *     same time, exactly one succeeds
   * @throws MmapException if there is not enough space: containers often have little in {@code
   *     /dev/shm}
   * @throws IOException if the memory cannot be created; nothing is left behind
   * @throws IndexOutOfBoundsException if the size is negative
   */
  public MappedRegion create(long size) throws IOException {
    Objects.checkFromIndexSize(0, size, Long.MAX_VALUE);
    MmapBackend os = Backends.current().backend();
    try (FileChannel channel = memory.create(os, size)) {
      boolean done = false;
      try {
        MappedRegion region = map(os, channel, Access.READ_WRITE);
        done = true;
        return region;
      } finally {
        if (!done) {
          unlink();
        }
      }
    }
  }

  /**
   * Maps the existing memory {@link Access#READ_WRITE}.
   *
   * @return an open region of the whole memory, which the caller must close
   * @throws NoSuchFileException if there is no memory of this name
   * @throws java.nio.file.AccessDeniedException if this process may not open the memory; if the
   *     name is a link; or if the memory belongs to another user, who could truncate it
   * @throws IOException if the memory cannot be mapped
   */
  public MappedRegion open() throws IOException {
    return open(Access.READ_WRITE);
  }

  /**
   * Maps the existing memory.
   *
   * @param access how the bytes may be accessed
   * @return an open region of the whole memory, which the caller must close
   * @throws NoSuchFileException if there is no memory of this name
   * @throws java.nio.file.AccessDeniedException if this process may not open the memory; if the
   *     name is a link; or if the memory belongs to another user, who could truncate it
   * @throws IOException if the memory cannot be mapped
   */
  public MappedRegion open(Access access) throws IOException {
    Objects.requireNonNull(access, "access");
    try (FileChannel channel = memory.open(access)) {
      return map(Backends.current().backend(), channel, access);
    }
  }

  /**
   * Maps the existing memory, or creates it. If several processes call this method at the same
   * time, one creates the memory and all of them map the same memory.
   *
   * @param size in bytes, used when the memory is created
   * @return an open region of the actual size of the memory, which the caller must close
   * @throws MmapException if the existing memory is smaller than {@code size}, or if there is not
   *     enough space
   * @throws IOException if the memory can be neither opened nor created
   */
  public MappedRegion openOrCreate(long size) throws IOException {
    while (true) {
      MappedRegion region = openIfThere();
      if (region != null) {
        return requireSize(region, size);
      }
      try {
        return create(size);
      } catch (FileAlreadyExistsException e) {
        // Another process created it first, so try to open again; it may be unlinked by then.
      }
    }
  }

  private @Nullable MappedRegion openIfThere() throws IOException {
    try {
      return open();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private MappedRegion requireSize(MappedRegion region, long size) throws MmapException {
    long found = region.size();
    if (found >= size) {
      return region;
    }
    region.close();
    throw new MmapException(
        memory.toString(),
        "open",
        0,
        "it is there and has only " + found + " bytes",
        0,
        size,
        "unlink() it, or ask for no more");
  }

  private MappedRegion map(MmapBackend os, FileChannel channel, Access access) throws IOException {
    return new MappedRegion(
        MappingCreator.map(
            os,
            MapRequest.of(memory.source(channel), access, MapRequest.TO_THE_END),
            StartOptions.ALL));
  }

  /**
   * Tells whether memory of this name exists at this moment.
   *
   * @return whether the name exists
   */
  public boolean exists() {
    return memory.exists();
  }

  /**
   * Removes the name. The memory is released when its last region is closed.
   *
   * @return whether the name existed
   * @throws IOException if this process may not remove the name; on Windows also if a process has
   *     the memory open
   */
  public boolean unlink() throws IOException {
    return memory.unlink();
  }

  @Override
  public String toString() {
    return "SharedMemory[" + memory + "]";
  }
}
