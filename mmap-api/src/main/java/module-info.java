// SPDX-License-Identifier: Apache-2.0
/** Memory-mapped files for the JVM: map, advise, sync, incore. */
@SuppressWarnings("module") // they are not there when this one is compiled
module io.mmapio {
  requires static java.management;
  requires static jdk.jfr;
  requires static org.jspecify;

  exports io.mmapio;
  exports io.mmapio.spi;
  // The jars with the native library each bring a provider that is one line.
  exports io.mmapio.internal.jni to
      io.mmapio.natives,
      io.mmapio.natives.linux_x86_64,
      io.mmapio.natives.linux_aarch64,
      io.mmapio.natives.linux_riscv64,
      io.mmapio.natives.linux_ppc64le,
      io.mmapio.natives.linux_s390x,
      io.mmapio.natives.linux_armhf,
      io.mmapio.natives.macos_x86_64,
      io.mmapio.natives.macos_aarch64,
      io.mmapio.natives.windows_x86_64,
      io.mmapio.natives.windows_aarch64;

  uses io.mmapio.spi.MmapBackendProvider;
}
