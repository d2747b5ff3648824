// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.ChangeCalls;

/** Pages that were written: each system answers for itself. */
interface UnixChanges extends ChangeCalls {
  /** This system. */
  Unix unix();

  @Override
  default long privatePages(long address, long length, long[] ranges) {
    return unix().privatePages(address, length, ranges);
  }

  @Override
  default long trackWrites(long address, long length) {
    return unix().trackWrites(address, length);
  }

  @Override
  default long trackMore(long tracker, long address, long length) {
    return unix().trackMore(tracker, address, length);
  }

  @Override
  default long written(long address, long length, boolean reset, long[] ranges) {
    return unix().written(address, length, reset, ranges);
  }

  @Override
  default long untrack(long tracker) {
    return Libc.close((int) tracker);
  }
}
