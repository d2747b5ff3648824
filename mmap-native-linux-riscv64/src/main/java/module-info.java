// SPDX-License-Identifier: Apache-2.0
/** The native library of mmap-io for Linux riscv64. */
@SuppressWarnings("module") // the name of the platform ends with digits
module io.mmapio.natives.linux_riscv64 {
  requires io.mmapio;

  provides io.mmapio.spi.MmapBackendProvider with
      io.mmapio.natives.linux_riscv64.Provider;
}
