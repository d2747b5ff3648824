// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Windows x86_64. */
@SuppressWarnings("module") // the name of the platform ends with digits
module io.mmapio.natives.windows_x86_64 {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.windows_x86_64.Provider;
}
