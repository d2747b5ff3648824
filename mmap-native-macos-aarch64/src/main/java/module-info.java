// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for macOS aarch64. */
@SuppressWarnings("module") // the name of the platform ends with digits
module io.mmapio.natives.macos_aarch64 {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.macos_aarch64.Provider;
}
