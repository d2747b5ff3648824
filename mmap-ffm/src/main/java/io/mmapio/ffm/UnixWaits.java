// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.WaitCalls;

/** Waiting at words: what every Unix does alike. */
interface UnixWaits extends WaitCalls {
  /** This system. */
  Unix unix();

  @Override
  default long await(long address, int size, long expected, long nanoseconds) {
    long result = unix().sleep(address, size, expected, nanoseconds);
    if (result == 0) {
      return WOKEN;
    }
    if (result == -Errors.EAGAIN) {
      return CHANGED;
    }
    boolean early = result == -Errors.EINTR || result == -Errors.ETIMEDOUT;
    return early ? TIMED_OUT : lostOr(result);
  }

  @Override
  default long wake(long address, boolean all) {
    return lostOr(unix().wake(address, all));
  }

  private static long lostOr(long result) {
    if (result == -Errors.EFAULT) {
      return MmapBackend.LOST;
    }
    return result == -Errors.ENOSYS ? MmapBackend.UNSUPPORTED : result;
  }
}
