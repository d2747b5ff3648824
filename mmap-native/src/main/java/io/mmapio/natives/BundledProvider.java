// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the libraries of all platforms: whichever this jar holds for the machine. */
public final class BundledProvider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public BundledProvider() {
    super("bundled");
  }

  @Override
  public String unsupportedReason(String classifier) {
    return hasLibrary(classifier) ? "" : "its jar holds no library for it";
  }
}
