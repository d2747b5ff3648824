// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.request;

import io.mmapio.Access;
import io.mmapio.internal.system.Platform;
import io.mmapio.spi.FileCalls.Seal;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The source of the bytes of a region. */
public sealed interface Source {
  /**
   * Opens or duplicates the file at once. Later changes to the caller's channel, descriptor or
   * thread do not affect the region.
   *
   * @param os the backend of the handle
   * @param spec what is to be mapped
   * @return a handle that the library owns, {@link MmapBackend#NO_HANDLE}, or minus the error
   * @throws IOException if the file cannot be opened
   */
  long open(MmapBackend os, MapRequest spec) throws IOException;

  /**
   * Returns the name of this source for messages.
   *
   * @return the name of the file; null if the OS has to be asked
   */
  @Nullable String name();

  /** Tells whether a channel has a file of the operating system, which the backend can find. */
  static boolean isOfSystem(FileChannel channel) {
    return channel.getClass().getName().equals("sun.nio.ch.FileChannelImpl");
  }

  /**
   * A file that is opened by path.
   *
   * @param path of the default file system, or of another file system whose channels the JDK
   *     created
   */
  record OfPath(Path path) implements Source {
    private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<StandardOpenOption> READ_WRITE =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      boolean write = spec.access() == Access.READ_WRITE;
      long handle = isPlain(path) ? os.open(path.toString(), write) : MmapBackend.UNSUPPORTED;
      return handle >= 0 ? handle : openByJdk(os, spec, write);
    }

    /** The JDK can pass any path to any OS, and throws the matching exception. */
    private long openByJdk(MmapBackend os, MapRequest spec, boolean write) throws IOException {
      try (FileChannel channel = FileChannel.open(path, write ? READ_WRITE : READ)) {
        return new OfChannel(channel).open(os, spec);
      }
    }

    /** Whether the OS knows the path by the same bytes, and nobody forbids to open it. */
    @SuppressWarnings("removal") // up to JDK 23 there may be a security manager
    private static boolean isPlain(Path path) {
      boolean ours =
          path.getFileSystem() == FileSystems.getDefault()
              && path.isAbsolute()
              && System.getSecurityManager() == null;
      String name = ours ? path.toString() : "";
      for (int i = 0; i < name.length(); i++) {
        if (name.charAt(i) >= 0x80) {
          return false;
        }
      }
      return ours;
    }

    @Override
    public String name() {
      return path.toString();
    }
  }

  /**
   * An open file.
   *
   * @param channel stays the property of the caller
   */
  record OfChannel(FileChannel channel) implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      requireOpen();
      return os.duplicate(channel);
    }

    /** Returns the handle of the channel itself, or {@link MmapBackend#UNSUPPORTED}. */
    public long borrow(MmapBackend os) throws IOException {
      requireOpen();
      return os.handleOf(channel);
    }

    private void requireOpen() throws ClosedChannelException {
      if (!isOfSystem(channel)) {
        throw new UnsupportedOperationException(
            channel.getClass().getName()
                + " has no file of the operating system; "
                + "only a FileChannel of the default file system can be mapped");
      }
      if (!channel.isOpen()) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public @Nullable String name() {
      return null;
    }
  }

  /**
   * An open file with another name for messages.
   *
   * @param channel stays the property of the caller
   * @param name for messages
   */
  record OfNamedChannel(FileChannel channel, String name) implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      return new OfChannel(channel).open(os, spec);
    }
  }

  /**
   * An open file.
   *
   * @param descriptor stays the property of the caller
   */
  record OfDescriptor(FileDescriptor descriptor) implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) {
      return os.duplicate(descriptor);
    }

    @Override
    public @Nullable String name() {
      return null;
    }
  }

  /** Anonymous memory. Memory that is mapped twice is a file without a name. */
  record Anonymous() implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      if (!spec.layout().mirrored()) {
        return MmapBackend.NO_HANDLE;
      }
      long memory = os.newMemory(spec.length(), Seal.NONE);
      return memory == MmapBackend.UNSUPPORTED ? temporary(os, spec) : memory;
    }

    private static long temporary(MmapBackend os, MapRequest spec) throws IOException {
      Path file = Files.createTempFile("mmap-io", null);
      try (FileChannel channel = FileChannel.open(file, TEMPORARY)) {
        long handle = os.duplicate(channel);
        long result = handle < 0 ? handle : os.extend(handle, 0, spec.length(), true);
        if (handle >= 0 && result < 0) {
          os.release(handle);
        }
        return result < 0 ? result : handle;
      }
    }

    private static final Set<StandardOpenOption> TEMPORARY =
        Set.of(
            StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);

    @Override
    public String name() {
      return "anonymous memory";
    }
  }

  /** A file in memory, without a name, that no process can truncate. */
  record Sealed() implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) {
      boolean grows = spec.layout().capacity() > 0;
      return os.newMemory(spec.length(), grows ? Seal.SHRINKING : Seal.SHRINKING_AND_GROWING);
    }

    @Override
    public String name() {
      return "sealed memory";
    }
  }

  /**
   * Returns a name for a message, from the OS if it is not known otherwise.
   *
   * @param handle the open handle of the source
   * @return the name; null if there is none
   */
  default @Nullable String name(long handle) {
    String known = name();
    if (known != null || handle < 0 || !Platform.isLinux()) {
      return known;
    }
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/fd/" + handle)).toString();
    } catch (IOException | RuntimeException e) {
      return null; // only Linux can tell, and a message without the name is still a message
    }
  }
}
