// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Advice;
import io.mmapio.Feature;
import io.mmapio.spi.FileCalls.Seal;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackend.Limit;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What differs between the systems: the counterpart of the block at the top of each {@code
 * *_posix.cc}. Results are those of the SPI: below zero they are minus the error number.
 */
abstract class Unix {
  static final int PROT_NONE = number("PROT_NONE");
  static final int PROT_READ = number("PROT_READ");
  static final int READ_WRITE = PROT_READ | number("PROT_WRITE");
  static final int MAP_SHARED = number("MAP_SHARED");
  static final int MAP_PRIVATE = number("MAP_PRIVATE");
  static final int MAP_FIXED = number("MAP_FIXED");
  static final int MAP_ANON = number("MAP_ANON");
  static final int NO_DESCRIPTOR = -1;
  static final int NO_ADVICE = -1;
  static final long UNSUPPORTED = MmapBackend.UNSUPPORTED;
  static final long PAGE_SIZE = Libc.pageSize();

  private static final Map<Advice, Integer> ADVICE = adviceNumbers();

  /** What stat(2) says about a file. */
  record Status(int mode, int user, long size, long blocks) {}

  /** The number of a constant that this system has. */
  static int number(String name) {
    return Constants.current().get(name);
  }

  private static Map<Advice, Integer> adviceNumbers() {
    Map<Advice, Integer> numbers = new EnumMap<>(Advice.class);
    for (Advice advice : Advice.values()) {
      numbers.put(advice, Constants.current().getOrDefault("MADV_" + advice.name(), NO_ADVICE));
    }
    return numbers;
  }

  /** The number of madvise(2) for an advice, or NO_ADVICE. */
  static int numberOf(Advice advice) {
    return Objects.requireNonNull(ADVICE.get(advice));
  }

  /** The number of getrlimit(2) for a limit. */
  static int numberOf(Limit limit) {
    return switch (limit) {
      case LOCKED_MEMORY -> number("RLIMIT_MEMLOCK");
      case ADDRESS_SPACE -> number("RLIMIT_AS");
      case OPEN_FILES -> number("RLIMIT_NOFILE");
      case FILE_SIZE -> number("RLIMIT_FSIZE");
    };
  }

  /** Zero, or minus the error; the status is kept for {@link #statusOfRoom}. */
  abstract long stat(int descriptor);

  /** What {@link #stat} of this thread has just found. */
  abstract Status statusOfRoom();

  /** Bytes of a block device. */
  abstract long deviceSize(int descriptor);

  /** Whether the OS makes the contents of a file when they are read. */
  abstract boolean makesContentsWhenRead(int descriptor);

  /** Allocates storage of a range, and makes the file reach its end. */
  abstract long allocate(int descriptor, long offset, long end, long size);

  abstract long freeBlocks(int descriptor, long offset, long length);

  abstract long newMemory(long length, Seal seal);

  /** Starts to write a range of a file; -ENOTSUP where the OS has no such call. */
  abstract long startWriteback(int descriptor, long offset, long length);

  /** Which pages the page table of this process has. */
  abstract long presence(long address, long length, long[] bits);

  /** Has the drive write what the OS has given to it. */
  abstract long reachStableStorage(int descriptor);

  /** The flag of mmap(2) for memory that is not charged before it is used. */
  abstract int noReserve();

  abstract long mapHuge(long length, long pageSize);

  /** Copies bytes until the first page that is lost. */
  abstract long copyFromMapped(MemorySegment target, long address, long length);

  abstract long copyToMapped(long address, MemorySegment source, long length);

  /** Starts to read a part of a file. */
  abstract long startReading(int descriptor, long offset, long length);

  /** Makes pages present; -EINVAL where the OS has no such call. */
  abstract long populate(long address, long length, boolean write);

  /** Makes a page writable without changing it. */
  abstract boolean touchForWrite(long address);

  /** Throws private pages away. */
  abstract long renew(int descriptor, long address, long length, long offset);

  /** Drops clean pages. */
  abstract long dropPages(int descriptor, long address, long length, long offset);

  abstract long cacheState(int descriptor, long offset, long length, long[] counts);

  /** The folder whose files are the descriptors of this process. */
  abstract String descriptorFolder();

  /** The flags of a descriptor with which it is not read or written through the page cache. */
  abstract int flagsPastCache();

  /** Whether the file system of a file passes the page cache by. */
  abstract boolean passesCacheBy(int descriptor);

  abstract long copyRange(int from, long fromOffset, int to, long toOffset, long length);

  /** Waits at a word: zero, or minus the error. */
  abstract long sleep(long address, int size, long expected, long nanoseconds);

  /** Wakes who waits at a word: zero, or minus the error. */
  abstract long wake(long address, boolean all);

  /** See {@link io.mmapio.spi.ChangeCalls}, also for the next three. */
  abstract long privatePages(long address, long length, long[] ranges);

  abstract long trackWrites(long address, long length);

  abstract long trackMore(long tracker, long address, long length);

  abstract long written(long address, long length, boolean reset, long[] ranges);

  abstract boolean supports(Feature feature);

  /** Calls again after a signal that came before anything was done. */
  static long untilNotInterrupted(Call call) {
    long result;
    do {
      result = call.call();
    } while (result == -Errors.EINTR);
    return result;
  }

  /** A call that may be interrupted. */
  @FunctionalInterface
  interface Call {
    long call();
  }
}
