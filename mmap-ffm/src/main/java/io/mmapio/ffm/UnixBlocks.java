// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.BlockCalls;
import io.mmapio.spi.MmapBackend;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;

/** Blocks of a file by reading and writing it: what every Unix does alike. */
interface UnixBlocks extends BlockCalls {
  int F_GETFL = Unix.number("F_GETFL");

  /**
   * Errors that say that this file or descriptor is not read or written like this; copying through
   * the mapping works all the same, or tells what is wrong. blocks_posix.cc says what each means.
   */
  Set<Integer> MEANS_ANOTHER_WAY =
      Set.copyOf(
          List.of(
              Errors.EBADF,
              Errors.EFBIG,
              Errors.EINVAL,
              Errors.ENOSYS,
              Errors.ENOTSUP,
              Errors.ENXIO,
              Errors.EOPNOTSUPP,
              Errors.EPERM,
              Errors.ESPIPE,
              Errors.ETXTBSY,
              Errors.EXDEV));

  /** This system. */
  Unix unix();

  private static long bytesOr(long result) {
    boolean otherwise = result < 0 && MEANS_ANOTHER_WAY.contains((int) -result);
    return otherwise ? MmapBackend.UNSUPPORTED : result;
  }

  @Override
  default long meetsPages(long handle) {
    long flags = Libc.control((int) handle, F_GETFL, 0);
    boolean meets = flags >= 0 && (flags & unix().flagsPastCache()) == 0;
    return meets && !unix().passesCacheBy((int) handle) ? 1 : 0;
  }

  @Override
  default long readAt(long handle, long offset, ByteBuffer target, int position, int length) {
    if (target.isDirect()) {
      return readAt(handle, offset, Memory.of(target, position, length));
    }
    byte[] array = target.array();
    int first = target.arrayOffset() + position;
    return Memory.byBlocks(
        length,
        (block, done, some) -> {
          MemorySegment part = block.asSlice(0, some);
          return Memory.toArray(readAt(handle, offset + done, part), part, array, first + done);
        });
  }

  private static long readAt(long handle, long offset, MemorySegment target) {
    return bytesOr(
        Unix.untilNotInterrupted(
            () -> Libc.readAt((int) handle, target, target.byteSize(), offset)));
  }

  @Override
  default long writeAt(long handle, long offset, ByteBuffer source, int position, int length) {
    if (source.isDirect()) {
      return writeAt(handle, offset, Memory.of(source, position, length));
    }
    byte[] array = source.array();
    int first = source.arrayOffset() + position;
    return Memory.byBlocks(
        length,
        (block, done, some) ->
            writeAt(handle, offset + done, Memory.fromArray(array, first + done, block, some)));
  }

  private static long writeAt(long handle, long offset, MemorySegment source) {
    return bytesOr(
        Unix.untilNotInterrupted(
            () -> Libc.writeAt((int) handle, source, source.byteSize(), offset)));
  }

  @Override
  default long copyRange(long from, long fromOffset, long to, long toOffset, long length) {
    return bytesOr(unix().copyRange((int) from, fromOffset, (int) to, toOffset, length));
  }
}
