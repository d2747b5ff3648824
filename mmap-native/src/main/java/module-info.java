// SPDX-License-Identifier: Apache-2.0
/** The native libraries of mmap-io for every platform, in one jar. */
module io.mmapio.natives {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.BundledProvider;
}
