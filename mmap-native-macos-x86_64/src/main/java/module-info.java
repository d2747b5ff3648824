// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for macOS x86_64. */
@SuppressWarnings("module") // the name of the platform ends with digits
module io.mmapio.natives.macos_x86_64 {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.macos_x86_64.Provider;
}
