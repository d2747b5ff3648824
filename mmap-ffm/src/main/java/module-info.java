// SPDX-License-Identifier: Apache-2.0
/** A backend of mmap-io in Java, for platforms without a native library of this project. */
module io.mmapio.ffm {
  requires io.mmapio;
  requires static org.jspecify;
  requires jdk.unsupported;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.ffm.FfmBackendProvider;
}
