// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.util.ServiceLoader;

/** The backend behind one that tests bring. */
final class RealBackend {
  private RealBackend() {}

  /** Opens the first backend that serves the platform and has another name than that of a test. */
  static MmapBackend open(String classifier, String name) throws IOException {
    for (MmapBackendProvider each : ServiceLoader.load(MmapBackendProvider.class)) {
      if (!each.name().equals(name) && each.unsupportedReason(classifier).isEmpty()) {
        return each.open(classifier);
      }
    }
    throw new IOException("there is no real backend for " + classifier);
  }
}
