// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.FileCalls;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.nio.channels.FileChannel;

/** Files: what every Unix does alike. */
interface UnixFiles extends FileCalls {
  int O_RDONLY = Unix.number("O_RDONLY");
  int O_RDWR = Unix.number("O_RDWR");
  int O_CLOEXEC = Unix.number("O_CLOEXEC");
  int F_DUPFD_CLOEXEC = Unix.number("F_DUPFD_CLOEXEC");
  int S_IFMT = Unix.number("S_IFMT");
  int S_IFREG = Unix.number("S_IFREG");
  int S_IFBLK = Unix.number("S_IFBLK");
  int S_IFDIR = Unix.number("S_IFDIR");
  int AT_FDCWD = Unix.number("AT_FDCWD");
  int AT_EACCESS = Unix.number("AT_EACCESS");
  int W_OK = Unix.number("W_OK");

  /** This system. */
  Unix unix();

  /** The members of the JDK's objects. */
  JdkObjects jdk();

  @Override
  default long duplicate(FileDescriptor descriptor) {
    try {
      return Libc.control(jdk().numberIn(descriptor), F_DUPFD_CLOEXEC, 0);
    } finally {
      Reference.reachabilityFence(descriptor);
    }
  }

  @Override
  default long duplicate(FileChannel channel) {
    try {
      return Libc.control(jdk().numberIn(channel), F_DUPFD_CLOEXEC, 0);
    } finally {
      Reference.reachabilityFence(channel); // or the collector may close its descriptor meanwhile
    }
  }

  @Override
  default long open(String path, boolean write) {
    int flags = (write ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      return Unix.untilNotInterrupted(() -> Libc.open(name, flags));
    }
  }

  @Override
  default long handleOf(FileChannel channel) {
    return jdk().numberIn(channel);
  }

  @Override
  default void setDescriptor(FileDescriptor descriptor, long handle) {
    jdk().setNumber(descriptor, handle);
  }

  @Override
  default long release(long handle) {
    return Libc.close((int) handle);
  }

  @Override
  default long size(long handle) {
    long error = unix().stat((int) handle);
    return error != 0 ? error : sizeIn((int) handle, unix().statusOfRoom());
  }

  private long sizeIn(int descriptor, Unix.Status status) {
    int type = status.mode() & S_IFMT;
    if (type == S_IFREG) {
      boolean unknown = status.size() == 0 && unix().makesContentsWhenRead(descriptor);
      return unknown ? MmapBackend.SIZE_UNKNOWN : status.size();
    }
    if (type == S_IFBLK) {
      return unix().deviceSize(descriptor);
    }
    return type == S_IFDIR ? -Errors.EISDIR : -Errors.ENODEV;
  }

  /** See {@link MmapBackend#residencyVisible}. */
  default long residencyVisible(long handle) {
    if (handle == MmapBackend.NO_HANDLE) {
      return 1;
    }
    long error = unix().stat((int) handle);
    return error != 0 ? error : visibleIn((int) handle, unix().statusOfRoom());
  }

  /** See {@link MmapBackend#sizeAndVisibility}. */
  default long sizeAndVisibility(long handle, long[] visible) {
    long error = unix().stat((int) handle);
    if (error != 0) {
      return error;
    }
    Unix.Status status = unix().statusOfRoom();
    visible[0] = visibleIn((int) handle, status);
    return sizeIn((int) handle, status);
  }

  /**
   * The rule of Linux' mincore: the owner of the file, and whoever may write it, are told the
   * truth. Other systems are treated alike, to be on the safe side.
   */
  private long visibleIn(int descriptor, Unix.Status status) {
    if (status.user() == Libc.effectiveUser()) {
      return 1;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment path = arena.allocateFrom(unix().descriptorFolder() + descriptor);
      return Libc.accessAt(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? 1 : 0;
    }
  }

  @Override
  default long extend(long handle, long offset, long length, boolean allocate) {
    long size = size(handle);
    if (size < 0) {
      return size;
    }
    long end = offset + length;
    long result = allocate ? unix().allocate((int) handle, offset, end, size) : -Errors.ENOTSUP;
    if (result == 0) {
      return MmapBackend.ALLOCATED;
    }
    // ENOSYS: the kernel has no such call, or a sandbox hides it.
    if (!Errors.meansUnsupported(result)) {
      return result;
    }
    long sized = end > size ? truncate(handle, end) : 0;
    return sized < 0 ? sized : MmapBackend.SIZED;
  }

  @Override
  default long truncate(long handle, long size) {
    return Unix.untilNotInterrupted(() -> Libc.truncate((int) handle, size));
  }

  @Override
  default long punchHole(long handle, long offset, long length) {
    long result = unix().freeBlocks((int) handle, offset, length);
    return Errors.meansUnsupported(result) ? MmapBackend.UNSUPPORTED : result;
  }

  @Override
  default long newMemory(long length, Seal seal) {
    return unix().newMemory(length, seal);
  }

  @Override
  default long cacheState(long handle, long offset, long length, long[] counts) {
    return unix().cacheState((int) handle, offset, length, counts);
  }
}
