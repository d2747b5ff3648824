// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.GuardCalls;
import io.mmapio.spi.MmapBackend;
import java.nio.ByteBuffer;

/** Guards take a signal handler that may run at any moment, which Java cannot be. */
interface NoGuards extends GuardCalls {
  @Override
  default long guard(long address, long length) {
    return MmapBackend.UNSUPPORTED;
  }

  @Override
  default long entombGuarded(long guard, long address, long length) {
    return MmapBackend.UNSUPPORTED;
  }

  @Override
  default long unguard(long guard) {
    return MmapBackend.UNSUPPORTED;
  }

  @Override
  default long lostPage(long guard, boolean afterClosing) {
    return MmapBackend.UNSUPPORTED;
  }

  @Override
  default ByteBuffer lossWord(long guard) {
    return ByteBuffer.allocateDirect(Long.BYTES);
  }

  @Override
  default long awaitLostPage(int milliseconds) {
    return MmapBackend.UNSUPPORTED;
  }
}
