// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Linux ppc64le. */
module io.mmapio.natives.linux_ppc64le {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.linux_ppc64le.Provider;
}
