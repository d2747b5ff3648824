// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Windows aarch64. */
@SuppressWarnings("module") // the name of the platform ends with digits
module io.mmapio.natives.windows_aarch64 {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.windows_aarch64.Provider;
}
