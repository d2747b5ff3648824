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
 * Memory that processes find by a name. It comes with its size, all zeros: no other process sees it
 * before. It lives until it is unlinked, whoever made it and whether anybody has it open; on Linux
 * until the machine is restarted at the latest. Regions that are open stay good after unlinking.
 *
 * <p>On Linux it is what shm_open(3) makes: the file of that name in {@code /dev/shm}, so programs
 * in other languages share it. Elsewhere it is a file in a directory of this user below {@code
 * java.io.tmpdir}, on which the processes have to agree; the system may write its pages out.
 *
 * <p>Only its owner may open it unless {@link #permissions} say otherwise. Immutable; every method
 * may be called from any thread and any process.
 */
public final class SharedMemory {
  private final NamedMemory memory;

  SharedMemory(NamedMemory memory) {
    this.memory = memory;
  }

  /**
   * Sets who may open the memory that {@link #create} makes, and whose memory {@link #open}
   * accepts: with permissions for others than the owner, also that of other users. Systems without
   * POSIX permissions ignore it.
   *
   * @param permissions {@code rw-------} unless set; the umask does not matter
   * @return the same name with other permissions
   */
  public SharedMemory permissions(Set<PosixFilePermission> permissions) {
    return new SharedMemory(memory.permissions(permissions));
  }

  /**
   * Creates the memory, with storage, and maps it {@link Access#READ_WRITE}.
   *
   * @param size in bytes, zero or more
   * @return an open region, for the caller to close; closing does not unlink
   * @throws FileAlreadyExistsException if the name is taken; of many processes that create at once,
   *     one does not get this
   * @throws MmapException if there is no room: containers often have little in {@code /dev/shm}
   * @throws IOException if it cannot be made; nothing is left behind
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
   * Maps the memory that there is, {@link Access#READ_WRITE}.
   *
   * @return an open region of its whole size, for the caller to close
   * @throws NoSuchFileException if there is none of this name
   * @throws java.nio.file.AccessDeniedException if this process may not open it, or it is not what
   *     it seems: a link, or another user's, who could cut it
   * @throws IOException if it cannot be mapped
   */
  public MappedRegion open() throws IOException {
    return open(Access.READ_WRITE);
  }

  /**
   * Maps the memory that there is.
   *
   * @param access what may be done with the bytes
   * @return an open region of its whole size, for the caller to close
   * @throws NoSuchFileException if there is none of this name
   * @throws java.nio.file.AccessDeniedException if this process may not open it, or it is not what
   *     it seems: a link, or another user's, who could cut it
   * @throws IOException if it cannot be mapped
   */
  public MappedRegion open(Access access) throws IOException {
    Objects.requireNonNull(access, "access");
    try (FileChannel channel = memory.open(access)) {
      return map(Backends.current().backend(), channel, access);
    }
  }

  /**
   * Maps the memory that there is, or creates it. Of many processes that do this at once one
   * creates, and all have the same memory.
   *
   * @param size in bytes, for creating
   * @return an open region, of the size that the memory has, for the caller to close
   * @throws MmapException if there is memory of this name and it is smaller than that, or no room
   * @throws IOException if it can be neither opened nor made
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
        // Another process was faster: now there is one to open, unless it is unlinked by then.
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
            StartOptions::apply));
  }

  /**
   * Tells whether there is memory of this name at this moment.
   *
   * @return whether opening would find something
   */
  public boolean exists() {
    return memory.exists();
  }

  /**
   * Takes the name away. The memory is gone when the last region of it is closed.
   *
   * @return whether there was one
   * @throws IOException if this process may not; on Windows also if anybody has it open
   */
  public boolean unlink() throws IOException {
    return memory.unlink();
  }

  @Override
  public String toString() {
    return "SharedMemory[" + memory + "]";
  }
}
