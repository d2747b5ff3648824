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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the bytes of a region come from. */
public sealed interface Source {
  /**
   * Opens or duplicates the file at once, so that nothing the caller does to its own channel, its
   * descriptor or its thread can reach the region.
   *
   * @param os the backend whose handle is wanted
   * @param spec what is to be mapped
   * @return a handle of our own, {@link MmapBackend#NO_HANDLE}, or minus the error
   * @throws IOException if the file cannot be opened
   */
  long open(MmapBackend os, MapRequest spec) throws IOException;

  /**
   * Returns what to call this source in messages.
   *
   * @return the file's name, null if it has to be found out
   */
  @Nullable String name();

  /**
   * A file by its name.
   *
   * @param path of the default file system, or of another one whose channels the JDK made
   */
  record OfPath(Path path) implements Source {
    private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<StandardOpenOption> READ_WRITE =
        Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);

    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      // The JDK knows how to pass any path to any OS, and which exception says what was wrong.
      try (FileChannel channel =
          FileChannel.open(path, spec.access() == Access.READ_WRITE ? READ_WRITE : READ)) {
        return new OfChannel(channel).open(os, spec);
      }
    }

    @Override
    public String name() {
      return path.toString();
    }
  }

  /**
   * A file that is open already.
   *
   * @param channel stays the caller's
   */
  record OfChannel(FileChannel channel) implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      if (!channel.getClass().getName().equals("sun.nio.ch.FileChannelImpl")) {
        throw new UnsupportedOperationException(
            channel.getClass().getName()
                + " stands for no file of the operating system; "
                + "only a FileChannel of the default file system can be mapped");
      }
      if (!channel.isOpen()) {
        throw new ClosedChannelException();
      }
      return os.duplicate(channel);
    }

    @Override
    public @Nullable String name() {
      return null;
    }
  }

  /**
   * A file that is open already and that people know by another name.
   *
   * @param channel stays the caller's
   * @param name to be called by
   */
  record OfNamedChannel(FileChannel channel, String name) implements Source {
    @Override
    public long open(MmapBackend os, MapRequest spec) throws IOException {
      return new OfChannel(channel).open(os, spec);
    }
  }

  /**
   * A file that is open already.
   *
   * @param descriptor stays the caller's
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

  /** Memory of no file. To be mapped twice it has to be a file all the same, without a name. */
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

  /** A file without a name that lives in memory and that nobody can cut. */
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
   * Names a source for a message, by asking the OS if nothing else knows.
   *
   * @param handle its open handle
   * @return the name, null if there is none to be had
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
