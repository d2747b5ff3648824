// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Feature;
import io.mmapio.spi.FileCalls.Seal;
import io.mmapio.spi.MmapBackend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** macOS. It was never run there: its numbers were compared with the headers, nothing more. */
final class MacOs extends Unix {
  private static final long STAT_SIZE = number("sizeof(struct_stat)");
  private static final long STAT_MODE = number("struct_stat.st_mode");
  private static final long STAT_USER = number("struct_stat.st_uid");
  private static final long STAT_LENGTH = number("struct_stat.st_size");
  private static final long STAT_BLOCKS = number("struct_stat.st_blocks");
  private static final long STAT_BLOCK = 512;

  private static final long LONGEST_READ = 1 << 30;
  private static final int NORESERVE = number("MAP_NORESERVE");
  private static final int PAST_CACHE = number("O_APPEND");
  private static final int MS_INVALIDATE = number("MS_INVALIDATE");

  @Override
  long stat(int descriptor) {
    return MacLibc.stat(descriptor, CallMemory.room(STAT_SIZE));
  }

  @Override
  Status statusOfRoom() {
    MemorySegment status = CallMemory.room(STAT_SIZE);
    return new Status(
        status.get(ValueLayout.JAVA_SHORT, STAT_MODE) & 0xffff,
        status.get(ValueLayout.JAVA_INT, STAT_USER),
        status.get(ValueLayout.JAVA_LONG, STAT_LENGTH),
        status.get(ValueLayout.JAVA_LONG, STAT_BLOCKS));
  }

  /** macOS maps no disks. */
  @Override
  long deviceSize(int descriptor) {
    return -Errors.ENODEV;
  }

  /** macOS has no file system that does. */
  @Override
  boolean makesContentsWhenRead(int descriptor) {
    return false;
  }

  /**
   * What file systems answer that do not know a command of fcntl: no two of them agree. The C++
   * code says more.
   */
  private static long supportedOr(long result) {
    boolean unknown =
        Errors.meansUnsupported(result) || result == -Errors.ENOTTY || result == -Errors.EINVAL;
    return unknown ? -Errors.ENOTSUP : Math.min(0, result);
  }

  /**
   * F_PREALLOCATE works at the end of the file only, and holes before it stay. So the storage is
   * there if all of the file has storage, and else, or if that cannot be asked, it is not said to
   * be.
   */
  @Override
  long allocate(int descriptor, long offset, long end, long size) {
    if (end > size) {
      long result = preallocate(descriptor, end - size);
      if (result == 0) {
        result = untilNotInterrupted(() -> Libc.truncate(descriptor, end));
      }
      if (result < 0) {
        return result;
      }
    }
    if (stat(descriptor) != 0) {
      return -Errors.ENOTSUP;
    }
    Status status = statusOfRoom();
    return status.blocks() * STAT_BLOCK >= status.size() ? 0 : -Errors.ENOTSUP;
  }

  private static long preallocate(int descriptor, long length) {
    MemorySegment store = CallMemory.room(number("sizeof(fstore_t)")).fill((byte) 0);
    store.set(ValueLayout.JAVA_INT, number("fstore_t.fst_flags"), number("F_ALLOCATEALL"));
    store.set(ValueLayout.JAVA_INT, number("fstore_t.fst_posmode"), number("F_PEOFPOSMODE"));
    store.set(ValueLayout.JAVA_LONG, number("fstore_t.fst_length"), length);
    return supportedOr(MacLibc.control(descriptor, number("F_PREALLOCATE"), store));
  }

  @Override
  long freeBlocks(int descriptor, long offset, long length) {
    MemorySegment hole = CallMemory.room(number("sizeof(fpunchhole_t)")).fill((byte) 0);
    hole.set(ValueLayout.JAVA_LONG, number("fpunchhole_t.fp_offset"), offset);
    hole.set(ValueLayout.JAVA_LONG, number("fpunchhole_t.fp_length"), length);
    return supportedOr(MacLibc.control(descriptor, number("F_PUNCHHOLE"), hole));
  }

  /** Shared memory objects can be neither sealed nor handed on by their descriptor's path. */
  @Override
  long newMemory(long length, Seal seal) {
    return UNSUPPORTED;
  }

  @Override
  long startWriteback(int descriptor, long offset, long length) {
    return -Errors.ENOTSUP;
  }

  @Override
  long presence(long address, long length, long[] bits) {
    return UNSUPPORTED;
  }

  /**
   * msync and fsync hand data to the drive; only F_FULLFSYNC has the drive write it. File systems
   * that have no drive, such as those of servers, do not know it: fsync is what they have.
   */
  @Override
  long reachStableStorage(int descriptor) {
    return untilNotInterrupted(
        () -> {
          long result = supportedOr(Libc.control(descriptor, number("F_FULLFSYNC"), 0));
          return result == -Errors.ENOTSUP ? Libc.flush(descriptor) : result;
        });
  }

  @Override
  int noReserve() {
    return NORESERVE;
  }

  /** Superpages exist on Intel alone, by another call. */
  @Override
  long mapHuge(long length, long pageSize) {
    return UNSUPPORTED;
  }

  @Override
  long copyFromMapped(MemorySegment target, long address, long length) {
    return transfer(target.address(), address, length, /* write= */ false);
  }

  @Override
  long copyToMapped(long address, MemorySegment source, long length) {
    return transfer(source.address(), address, length, /* write= */ true);
  }

  /** Page by page: a call that meets a page that is lost copies nothing. */
  private static long transfer(long good, long address, long length, boolean write) {
    long copied = 0;
    while (copied < length) {
      long mapped = address + copied;
      long some = Math.min(length - copied, PAGE_SIZE - mapped % PAGE_SIZE);
      boolean done =
          write
              ? MacLibc.writeMemory(mapped, good + copied, (int) some)
              : MacLibc.readMemory(mapped, some, good + copied);
      if (!done) {
        break;
      }
      copied += some;
    }
    return copied;
  }

  /** radvisory counts in int, which is enough for pieces of a range. */
  @Override
  long startReading(int descriptor, long offset, long length) {
    MemorySegment wanted = CallMemory.room(number("sizeof(struct_radvisory)")).fill((byte) 0);
    int count = (int) Math.min(length, LONGEST_READ);
    wanted.set(ValueLayout.JAVA_LONG, number("struct_radvisory.ra_offset"), offset);
    wanted.set(ValueLayout.JAVA_INT, number("struct_radvisory.ra_count"), count);
    return Math.min(0, MacLibc.control(descriptor, number("F_RDADVISE"), wanted));
  }

  @Override
  long populate(long address, long length, boolean write) {
    return -Errors.EINVAL;
  }

  /** No call of macOS makes a page writable without writing to it; it is good all the same. */
  @Override
  boolean touchForWrite(long address) {
    return true;
  }

  /** There MADV_DONTNEED is a hint; what replaces the mapping is fresh. */
  @Override
  long renew(int descriptor, long address, long length, long offset) {
    int sharing = descriptor == (int) MmapBackend.NO_HANDLE ? MAP_PRIVATE | MAP_ANON : MAP_PRIVATE;
    int flags = sharing | MAP_FIXED;
    return Math.min(0, Libc.map(address, length, READ_WRITE, flags, descriptor, offset));
  }

  /** Clean pages that are invalidated leave the file cache too. */
  @Override
  long dropPages(int descriptor, long address, long length, long offset) {
    long result = Libc.sync(address, length, UnixPages.MS_SYNC);
    return result != 0 ? result : Libc.sync(address, length, MS_INVALIDATE);
  }

  @Override
  long cacheState(int descriptor, long offset, long length, long[] counts) {
    return UNSUPPORTED;
  }

  @Override
  String descriptorFolder() {
    return "/dev/fd/";
  }

  @Override
  int flagsPastCache() {
    return PAST_CACHE;
  }

  @Override
  boolean passesCacheBy(int descriptor) {
    return false;
  }

  @Override
  long copyRange(int from, long fromOffset, int to, long toOffset, long length) {
    return -Errors.ENOSYS;
  }

  @Override
  long sleep(long address, int size, long expected, long nanoseconds) {
    return MacWords.sleep(address, size, expected, nanoseconds);
  }

  @Override
  long wake(long address, boolean all) {
    return MacWords.wake(address, all);
  }

  /** No call of macOS tells which pages were written. */
  @Override
  long privatePages(long address, long length, long[] ranges) {
    return UNSUPPORTED;
  }

  @Override
  long trackWrites(long address, long length) {
    return UNSUPPORTED;
  }

  @Override
  long trackMore(long tracker, long address, long length) {
    return UNSUPPORTED;
  }

  @Override
  long written(long address, long length, boolean reset, long[] ranges) {
    return UNSUPPORTED;
  }

  @Override
  boolean supports(Feature feature) {
    return switch (feature) {
      case POPULATE_WRITE, HUGE_PAGES, CACHE_STATE, SEALED_MEMORY, GUARD -> false;
      case CHANGE_TRACKING, RECENCY -> false;
      case WAIT, WAIT_LONG -> MacWords.isSupported();
      default -> true;
    };
  }
}
