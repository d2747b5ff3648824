// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Feature;
import io.mmapio.spi.FileCalls.Seal;
import io.mmapio.spi.MmapBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/** Linux, on any CPU whose numbers are known. */
final class Linux extends Unix {
  private static final int AT_EMPTY_PATH = number("AT_EMPTY_PATH");
  private static final int STATX_MASK = number("STATX_TYPE|STATX_UID|STATX_SIZE");
  private static final long STATX_SIZE = number("sizeof(struct_statx)");
  private static final long STATX_USER = number("struct_statx.stx_uid");
  private static final long STATX_MODE = number("struct_statx.stx_mode");
  private static final long STATX_LENGTH = number("struct_statx.stx_size");
  private static final long STATFS_SIZE = number("sizeof(struct_statfs)");
  private static final long STATFS_TYPE = number("struct_statfs.f_type");

  private static final MemorySegment NO_PATH = Arena.global().allocateFrom("");
  private static final MemorySegment MEMORY_NAME = Arena.global().allocateFrom("mmap-io");

  private static final Set<Integer> GENERATED =
      Set.of(
          number("PROC_SUPER_MAGIC"),
          number("SYSFS_MAGIC"),
          number("CGROUP_SUPER_MAGIC"),
          number("CGROUP2_SUPER_MAGIC"),
          number("DEBUGFS_MAGIC"),
          number("TRACEFS_MAGIC"),
          number("SECURITYFS_MAGIC"),
          number("SELINUX_MAGIC"),
          number("BINFMTFS_MAGIC"));

  private static final int KEEP_SIZE = number("FALLOC_FL_KEEP_SIZE");
  private static final int PUNCH_HOLE = number("FALLOC_FL_PUNCH_HOLE");
  private static final int WRITE_RANGE = number("SYNC_FILE_RANGE_WRITE");
  private static final int FADV_WILLNEED = number("POSIX_FADV_WILLNEED");
  private static final int MADV_DONTNEED = number("MADV_DONTNEED");
  private static final int POPULATE_READ = number("MADV_POPULATE_READ");
  private static final int POPULATE_WRITE = number("MADV_POPULATE_WRITE");
  private static final long CACHESTAT = number("__NR_cachestat");
  private static final int NORESERVE = number("MAP_NORESERVE");
  private static final int PAST_CACHE = number("O_APPEND") | number("O_DIRECT");
  private static final int V9FS = number("V9FS_MAGIC");

  @Override
  long stat(int descriptor) {
    MemorySegment status = CallMemory.room(STATX_SIZE);
    return LinuxLibc.status(descriptor, NO_PATH, AT_EMPTY_PATH, STATX_MASK, status);
  }

  @Override
  Status statusOfRoom() {
    MemorySegment status = CallMemory.room(STATX_SIZE);
    int mode = status.get(ValueLayout.JAVA_SHORT, STATX_MODE) & 0xffff;
    int user = status.get(ValueLayout.JAVA_INT, STATX_USER);
    return new Status(mode, user, status.get(ValueLayout.JAVA_LONG, STATX_LENGTH), 0);
  }

  @Override
  long deviceSize(int descriptor) {
    MemorySegment size = CallMemory.room(Long.BYTES);
    long request = Integer.toUnsignedLong(number("BLKGETSIZE64"));
    long result = LinuxLibc.control(descriptor, request, size);
    return result < 0 ? result : size.get(ValueLayout.JAVA_LONG, 0);
  }

  /** The magic number of the file system of a file; zero if it is not known. */
  private static int fileSystem(int descriptor) {
    MemorySegment status = CallMemory.room(STATFS_SIZE);
    if (LinuxLibc.fileSystem(descriptor, status) != 0) {
      return 0;
    }
    return number("sizeof(((struct_statfs*)0)->f_type)") == Integer.BYTES
        ? status.get(ValueLayout.JAVA_INT, STATFS_TYPE)
        : (int) status.get(ValueLayout.JAVA_LONG, STATFS_TYPE);
  }

  @Override
  boolean makesContentsWhenRead(int descriptor) {
    return GENERATED.contains(fileSystem(descriptor));
  }

  private static long fallocate(int descriptor, int mode, long offset, long length) {
    return untilNotInterrupted(() -> LinuxLibc.allocate(descriptor, mode, offset, length));
  }

  @Override
  long allocate(int descriptor, long offset, long end, long size) {
    long result = fallocate(descriptor, KEEP_SIZE, offset, end - offset);
    if (result == 0) {
      return end > size ? fallocate(descriptor, 0, offset, end - offset) : 0;
    }
    // What was taken beyond the end before the disk was full is invisible and would stay taken.
    if (end > size && stat(descriptor) == 0 && statusOfRoom().size() == size) {
      Libc.truncate(descriptor, size);
    }
    return result;
  }

  @Override
  long freeBlocks(int descriptor, long offset, long length) {
    return fallocate(descriptor, PUNCH_HOLE | KEEP_SIZE, offset, length);
  }

  @Override
  long newMemory(long length, Seal seal) {
    int flags = number("MFD_CLOEXEC") | number("MFD_ALLOW_SEALING");
    long descriptor = LinuxLibc.newMemory(MEMORY_NAME, flags);
    if (descriptor < 0) {
      return descriptor == -Errors.ENOSYS ? UNSUPPORTED : descriptor;
    }
    long result = Libc.truncate((int) descriptor, length);
    if (result == 0 && seal != Seal.NONE) {
      result = Libc.control((int) descriptor, number("F_ADD_SEALS"), numberOf(seal));
    }
    if (result < 0) {
      Libc.close((int) descriptor);
      return result;
    }
    return descriptor;
  }

  private static int numberOf(Seal seal) {
    int shrinking = number("F_SEAL_SEAL") | number("F_SEAL_SHRINK");
    return seal == Seal.SHRINKING ? shrinking : shrinking | number("F_SEAL_GROW");
  }

  @Override
  long startWriteback(int descriptor, long offset, long length) {
    return LinuxLibc.startWriteback(descriptor, offset, length, WRITE_RANGE);
  }

  @Override
  long presence(long address, long length, long[] bits) {
    return LinuxPresence.read(address, length, bits);
  }

  /** msync(MS_SYNC) is a ranged fsync and includes the drive's cache. */
  @Override
  long reachStableStorage(int descriptor) {
    return 0;
  }

  @Override
  int noReserve() {
    return NORESERVE;
  }

  @Override
  long mapHuge(long length, long pageSize) {
    int size = Long.numberOfTrailingZeros(pageSize) << number("MAP_HUGE_SHIFT");
    int flags = MAP_PRIVATE | MAP_ANON | number("MAP_HUGETLB") | size;
    long mapped = Libc.map(0, length, READ_WRITE, flags, NO_DESCRIPTOR, 0);
    return mapped == -Errors.EINVAL ? UNSUPPORTED : mapped; // the CPU has no pages of that size
  }

  @Override
  long copyFromMapped(MemorySegment target, long address, long length) {
    return LinuxMemory.transfer(target, address, length, /* write= */ false);
  }

  @Override
  long copyToMapped(long address, MemorySegment source, long length) {
    return LinuxMemory.transfer(source, address, length, /* write= */ true);
  }

  /** Unlike madvise, this finds the file without the lock of the address space. */
  @Override
  long startReading(int descriptor, long offset, long length) {
    return LinuxLibc.adviseFile(descriptor, offset, length, FADV_WILLNEED);
  }

  /** Since Linux 5.14; EINVAL before. */
  @Override
  long populate(long address, long length, boolean write) {
    int advice = write ? POPULATE_WRITE : POPULATE_READ;
    return untilNotInterrupted(() -> Libc.advise(address, length, advice));
  }

  @Override
  boolean touchForWrite(long address) {
    return Futex.touch(address) >= 0;
  }

  @Override
  long renew(int descriptor, long address, long length, long offset) {
    return Libc.advise(address, length, MADV_DONTNEED);
  }

  @Override
  long dropPages(int descriptor, long address, long length, long offset) {
    return Eviction.dropPages(descriptor, address, length, offset);
  }

  @Override
  long cacheState(int descriptor, long offset, long length, long[] counts) {
    MemorySegment room = CallMemory.room((2 + MmapBackend.CACHE_COUNTS) * (long) Long.BYTES);
    room.set(ValueLayout.JAVA_LONG, 0, offset);
    room.set(ValueLayout.JAVA_LONG, Long.BYTES, length);
    long found = room.address() + 2 * Long.BYTES;
    long result = LinuxLibc.call(CACHESTAT, descriptor, room.address(), found, 0, 0, 0);
    if (result != 0) {
      return Errors.meansUnsupported(result) ? UNSUPPORTED : result;
    }
    MemorySegment.copy(
        room, ValueLayout.JAVA_LONG, 2 * Long.BYTES, counts, 0, MmapBackend.CACHE_COUNTS);
    // A file of overlayfs has no pages of its own: those of the file below it are in memory.
    boolean none = counts[0] == 0 && counts[3] == 0;
    boolean elsewhere = none && fileSystem(descriptor) == number("OVERLAYFS_SUPER_MAGIC");
    return elsewhere ? UNSUPPORTED : 0;
  }

  @Override
  String descriptorFolder() {
    return "/proc/self/fd/";
  }

  @Override
  int flagsPastCache() {
    return PAST_CACHE;
  }

  /** 9P asks its server for every read, whatever is mapped. */
  @Override
  boolean passesCacheBy(int descriptor) {
    int type = fileSystem(descriptor);
    return type == 0 || type == V9FS;
  }

  @Override
  long copyRange(int from, long fromOffset, int to, long toOffset, long length) {
    MemorySegment offsets = CallMemory.room(2 * Long.BYTES);
    MemorySegment first = offsets.asSlice(0, Long.BYTES);
    MemorySegment second = offsets.asSlice(Long.BYTES, Long.BYTES);
    return untilNotInterrupted(
        () -> {
          first.set(ValueLayout.JAVA_LONG, 0, fromOffset);
          second.set(ValueLayout.JAVA_LONG, 0, toOffset);
          return LinuxLibc.copyRange(from, first, to, second, length, 0);
        });
  }

  @Override
  long sleep(long address, int size, long expected, long nanoseconds) {
    return Futex.sleep(address, size, expected, nanoseconds);
  }

  @Override
  long wake(long address, boolean all) {
    return Futex.wake(address, all);
  }

  @Override
  long privatePages(long address, long length, long[] ranges) {
    return LinuxChanges.privatePages(address, length, ranges);
  }

  @Override
  long trackWrites(long address, long length) {
    return LinuxChanges.trackWrites(address, length);
  }

  @Override
  long trackMore(long tracker, long address, long length) {
    return LinuxChanges.trackMore((int) tracker, address, length);
  }

  @Override
  long written(long address, long length, boolean reset, long[] ranges) {
    return LinuxChanges.written(address, length, reset, ranges);
  }

  @Override
  boolean supports(Feature feature) {
    return switch (feature) {
      case CACHE_STATE ->
          cacheState(NO_DESCRIPTOR, 0, 0, new long[MmapBackend.CACHE_COUNTS]) != UNSUPPORTED;
      case CHANGE_TRACKING -> LinuxChanges.isSupported();
      case CHECKED_ACCESS -> LinuxMemory.isReadable();
      case HUGE_PAGES -> Files.exists(Path.of("/sys/kernel/mm/hugepages"));
      case SEALED_MEMORY -> {
        long memory = newMemory(0, Seal.SHRINKING);
        yield memory >= 0 && Libc.close((int) memory) == 0;
      }
      case GUARD, WAIT_LONG -> false;
      case RECENCY -> LinuxPresence.isVisible();
      case WAIT -> Futex.isSupported();
      default -> true;
    };
  }
}
