// SPDX-License-Identifier: Apache-2.0
/** A user's module: it names the API and never a platform. */
module io.mmapio.consumer {
  requires io.mmapio;
}
