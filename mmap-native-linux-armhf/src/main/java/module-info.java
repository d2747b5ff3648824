// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Linux armhf. */
module io.mmapio.natives.linux_armhf {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.linux_armhf.Provider;
}
