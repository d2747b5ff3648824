// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.windows_aarch64;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for Windows aarch64. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("windows-aarch_64");
  }
}
