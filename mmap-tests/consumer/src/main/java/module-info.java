// SPDX-License-Identifier: Apache-2.0
/** A user's module: it names the API and never a platform. */
module io.mmapio.consumer {
  requires io.mmapio;

  // A backend of its own, which looks for the real one.
  uses io.mmapio.spi.MmapBackendProvider;

  provides io.mmapio.spi.MmapBackendProvider with
      org.example.faults.FaultsProvider;
}
