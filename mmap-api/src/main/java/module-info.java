// SPDX-License-Identifier: Apache-2.0
/** Memory-mapped files for the JVM: map, advise, sync, incore. */
module io.mmapio {
  requires static java.management;
  requires static jdk.jfr;
  requires static org.jspecify;

  exports io.mmapio;
  exports io.mmapio.spi;

  uses io.mmapio.spi.MmapBackendProvider;
}
