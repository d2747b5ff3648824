// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Linux s390x. */
module io.mmapio.natives.linux_s390x {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.linux_s390x.Provider;
}
