// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.Access;
import io.mmapio.internal.backend.OsErrors;
import io.mmapio.internal.request.MapRequest.Growth;
import io.mmapio.internal.request.Source;
import io.mmapio.internal.system.Platform;
import io.mmapio.spi.MmapBackend;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A name of shared memory, and the file that stands for it. The file gets its name only when it has
 * its size and storage, in one step that replaces nothing: so nobody ever opens half of it.
 */
public final class NamedMemory {
  private static final Path LINUX = Path.of("/dev/shm");
  private static final String UNNAMED = ".mmap-io-";
  private static final int LONGEST = 200;
  private static final String FORBIDDEN = "/\\:*?\"<>|\0";
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<PosixFilePermission> OWNER =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNERS_DIRECTORY =
      PosixFilePermissions.fromString("rwx------");

  private final String name;
  private final Set<PosixFilePermission> permissions;

  private NamedMemory(String name, Set<PosixFilePermission> permissions) {
    this.name = name;
    this.permissions = permissions;
  }

  /**
   * Checks a name.
   *
   * @param name without a slash
   * @return the name, for its owner alone
   * @throws IllegalArgumentException if some system could not have a file of that name
   */
  public static NamedMemory of(String name) {
    boolean bad =
        name.isEmpty()
            || name.startsWith(".")
            || name.endsWith(".")
            || name.endsWith(" ")
            || name.chars().anyMatch(c -> c < ' ' || FORBIDDEN.indexOf(c) >= 0)
            || name.getBytes(StandardCharsets.UTF_8).length > LONGEST;
    if (bad) {
      throw new IllegalArgumentException(
          "not a name for shared memory: \""
              + name
              + "\"; it has 1 to "
              + LONGEST
              + " bytes, none of "
              + FORBIDDEN.strip()
              + ", and neither begins nor ends with a dot");
    }
    return new NamedMemory(name, OWNER);
  }

  /**
   * Returns the same name with other permissions.
   *
   * @param others who may open what is created
   * @return a new object
   */
  public NamedMemory permissions(Set<PosixFilePermission> others) {
    return new NamedMemory(name, Set.copyOf(others));
  }

  /**
   * Makes the memory.
   *
   * @param os takes the storage
   * @param size in bytes
   * @return open for reading and writing
   * @throws FileAlreadyExistsException if the name is taken
   * @throws IOException if it cannot be made; nothing is left behind
   */
  public FileChannel create(MmapBackend os, long size) throws IOException {
    Path directory = directory();
    // Java makes it for its owner alone, under a name that nobody can foresee.
    Path unnamed = Files.createTempFile(directory, UNNAMED, null);
    boolean done = false;
    FileChannel channel =
        FileChannel.open(unnamed, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      allocate(os, channel, size);
      if (POSIX) {
        Files.setPosixFilePermissions(unnamed, permissions);
      }
      publish(unnamed, directory.resolve(name));
      done = true;
      return channel;
    } finally {
      if (!done) {
        channel.close();
      }
      Files.deleteIfExists(unnamed);
    }
  }

  private void allocate(MmapBackend os, FileChannel channel, long size) throws IOException {
    Source source = source(channel);
    OsErrors errors = new OsErrors(os, source, MmapBackend.NO_HANDLE);
    long handle = errors.check("open", os.duplicate(channel), 0, size);
    try {
      long result = size == 0 ? 0 : Resizer.extend(os, handle, 0, size, Growth.ALLOCATE);
      errors.check("extend", result, 0, size);
    } finally {
      os.release(handle);
    }
  }

  /** A second name does not replace a first one of somebody else; neither does Windows' move. */
  private static void publish(Path unnamed, Path target) throws IOException {
    if (POSIX) {
      Files.createLink(target, unnamed);
    } else {
      Files.move(unnamed, target);
    }
  }

  /**
   * Opens the memory.
   *
   * @param access what it is opened for
   * @return open
   * @throws IOException if there is none, or it may not be opened
   */
  public FileChannel open(Access access) throws IOException {
    Path target = directory().resolve(name);
    BasicFileAttributes attributes =
        Files.readAttributes(target, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isRegularFile()) {
      throw new AccessDeniedException(toString(), null, "there is something else of that name");
    }
    if (permissions.equals(OWNER) && !isOwn(target)) {
      throw new AccessDeniedException(
          toString(), null, "it is another user's, who could cut it or read it");
    }
    Set<OpenOption> options =
        access == Access.READ_WRITE
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)
            : Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(target, options);
  }

  /** Only the directory of Linux is everybody's. */
  private static boolean isOwn(Path target) throws IOException {
    Path self = Path.of("/proc/self");
    return !Platform.isLinux()
        || Files.getAttribute(target, "unix:uid", LinkOption.NOFOLLOW_LINKS)
            .equals(Files.getAttribute(self, "unix:uid"));
  }

  private static Path directory() throws IOException {
    if (Platform.isLinux()) {
      return LINUX;
    }
    Path own = Path.of(System.getProperty("java.io.tmpdir"), "mmap-io");
    if (!POSIX) {
      return Files.createDirectories(own);
    }
    try {
      Files.createDirectory(own, PosixFilePermissions.asFileAttribute(OWNERS_DIRECTORY));
    } catch (FileAlreadyExistsException e) {
      // Refused if it belongs to somebody else.
      Files.setPosixFilePermissions(own.toRealPath(LinkOption.NOFOLLOW_LINKS), OWNERS_DIRECTORY);
    }
    return own;
  }

  /**
   * Tells whether there is a file of this name.
   *
   * @return whether there is something
   */
  public boolean exists() {
    try {
      return Files.exists(directory().resolve(name), LinkOption.NOFOLLOW_LINKS);
    } catch (IOException e) {
      return false; // where there is no directory there is no file in it
    }
  }

  /**
   * Takes the name away.
   *
   * @return whether there was one
   * @throws IOException if that is not allowed
   */
  public boolean unlink() throws IOException {
    return Files.deleteIfExists(directory().resolve(name));
  }

  /**
   * Returns the memory as something to map.
   *
   * @param channel open on it
   * @return a source that is called by its name
   */
  public Source source(FileChannel channel) {
    return new Source.OfNamedChannel(channel, toString());
  }

  @Override
  public String toString() {
    return "shared memory " + name;
  }
}
