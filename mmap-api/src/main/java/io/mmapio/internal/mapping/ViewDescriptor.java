// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.mapping;

import io.mmapio.internal.system.Platform;
import io.mmapio.spi.MmapBackend;
import java.io.FileDescriptor;
import org.jspecify.annotations.Nullable;

/** What the JDK takes for the file of a region's buffers: the one descriptor that they share. */
public final class ViewDescriptor {
  private static final boolean WINDOWS = Platform.isWindows();

  /** msync needs no descriptor: the JDK only asks whether there is one. */
  private static final FileDescriptor NONE = new FileDescriptor();

  private final MmapBackend os;
  private final long handle;
  private @Nullable FileDescriptor descriptor; // written under the lock of this object

  ViewDescriptor(MmapBackend os, long handle) {
    this.os = os;
    this.handle = handle;
  }

  /**
   * Returns the descriptor. Called within a call of the region. The lock is not that of the
   * mapping: growing holds that while it waits to be let in, and whoever is alone may be waiting
   * for the call.
   *
   * @return null where the JDK has nothing to do with it
   */
  public @Nullable FileDescriptor get() {
    if (!WINDOWS) {
      return NONE;
    }
    return handle == MmapBackend.NO_HANDLE ? null : own(); // FlushViewOfFile refuses other memory
  }

  private synchronized FileDescriptor own() {
    FileDescriptor own = descriptor;
    if (own == null) {
      own = new FileDescriptor();
      os.setDescriptor(own, handle);
      descriptor = own;
    }
    return own;
  }

  /** Takes the file from the buffers, before its handle is released. No call is under way. */
  void detach() {
    if (descriptor != null) {
      os.setDescriptor(descriptor, MmapBackend.NO_HANDLE);
    }
  }
}
