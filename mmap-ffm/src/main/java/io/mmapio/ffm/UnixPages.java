// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.Advice;
import io.mmapio.SyncMode;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.PageCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/** Mapped pages: what every Unix does alike. */
interface UnixPages extends PageCalls {
  int MS_ASYNC = Unix.number("MS_ASYNC");
  int MS_SYNC = Unix.number("MS_SYNC");
  int MS_INVALIDATE = Unix.number("MS_INVALIDATE");

  /** This system. */
  Unix unix();

  /**
   * Arguments were validated, so EINVAL says that there is no such advice, or none for such pages.
   * EAGAIN and EBUSY: not now, and a hint is not worth a second attempt.
   */
  @Override
  default long advise(long address, long length, Advice advice) {
    int number = Unix.numberOf(advice);
    long result = number == Unix.NO_ADVICE ? -Errors.EINVAL : Libc.advise(address, length, number);
    boolean ignored =
        result == -Errors.EINVAL || result == -Errors.EAGAIN || result == -Errors.EBUSY;
    return ignored ? MmapBackend.IGNORED : result;
  }

  @Override
  default long adviseAll(long[] ranges, Advice advice) {
    long outcome = MmapBackend.APPLIED;
    for (int i = 0; i < ranges.length; i += 2) {
      long result = advise(ranges[i], ranges[i + 1], advice);
      if (result < 0) {
        return result;
      }
      outcome = Math.max(outcome, result);
    }
    return outcome;
  }

  /** A hint: whatever is wrong with the file is found by whoever reads it. */
  @Override
  default long prefetch(long handle, long[] ranges) {
    long outcome = MmapBackend.APPLIED;
    for (int i = 0; i < ranges.length; i += 2) {
      long result = unix().startReading((int) handle, ranges[i], ranges[i + 1]);
      if (result == -Errors.EBADF) {
        return result;
      }
      outcome = result < 0 ? MmapBackend.IGNORED : outcome;
    }
    return outcome;
  }

  @Override
  default long populate(long address, long length, boolean write) {
    long result = unix().populate(address, length, write);
    if (result == -Errors.EINVAL) {
      return populateByTouching(address, length, write);
    }
    return result == -Errors.EFAULT ? MmapBackend.LOST : result;
  }

  /** For systems without a call that does it: page by page, by calls that cannot fault. */
  private long populateByTouching(long address, long length, boolean write) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment one = arena.allocate(1);
      for (long page = address; page < address + length; page += Unix.PAGE_SIZE) {
        long read = unix().copyFromMapped(one, page, 1);
        if (read < 0) {
          return read;
        }
        if (read == 0 || (write && !unix().touchForWrite(page))) {
          return MmapBackend.LOST;
        }
      }
      return 0;
    }
  }

  @Override
  default long lock(long address, long length) {
    return Libc.lock(address, length);
  }

  @Override
  default long unlock(long address, long length) {
    return Libc.unlock(address, length);
  }

  @Override
  default long discard(long handle, long address, long length, long offset) {
    return unix().renew((int) handle, address, length, offset);
  }

  @Override
  default long evict(long handle, long address, long length, long offset) {
    return unix().dropPages((int) handle, address, length, offset);
  }

  @Override
  default long copyOut(long address, ByteBuffer target, int position, int length) {
    return unix().copyFromMapped(Memory.of(target, position, length), address, length);
  }

  @Override
  default long copyIn(long address, ByteBuffer source, int position, int length) {
    return unix().copyToMapped(address, Memory.of(source, position, length), length);
  }

  @Override
  default long copyOut(long address, byte[] target, int index, int length) {
    return Memory.byBlocks(
        length,
        (block, done, some) ->
            Memory.toArray(
                unix().copyFromMapped(block, address + done, some), block, target, index + done));
  }

  @Override
  default long copyIn(long address, byte[] source, int index, int length) {
    return Memory.byBlocks(
        length,
        (block, done, some) ->
            unix()
                .copyToMapped(
                    address + done, Memory.fromArray(source, index + done, block, some), some));
  }

  @Override
  default long sync(
      long handle, long address, long length, long offset, SyncMode mode, boolean invalidate) {
    int invalidation = invalidate ? MS_INVALIDATE : 0;
    if (mode != SyncMode.ASYNC) {
      long result = Libc.sync(address, length, MS_SYNC | invalidation);
      boolean finish = result == 0 && mode == SyncMode.DURABLE;
      return finish ? unix().reachStableStorage((int) handle) : result;
    }
    long result = unix().startWriteback((int) handle, offset, length);
    // ESPIPE: the file is of a kind that has no ranges to write back.
    boolean unsupported = Errors.meansUnsupported(result) || result == -Errors.ESPIPE;
    if (result != 0 && !unsupported) {
      return result;
    }
    return unsupported || invalidate ? Libc.sync(address, length, MS_ASYNC | invalidation) : 0;
  }

  @Override
  default long present(long address, long length, long[] bits) {
    return unix().presence(address, length, bits);
  }

  @Override
  default long resident(long address, long length, long[] bits) {
    return Residency.read(address, length, bits);
  }

  @Override
  default long allResident(long address, long length) {
    return Residency.isWhole(address, length);
  }
}
