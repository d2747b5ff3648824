// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.macos_aarch64;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for macOS aarch64. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("osx-aarch_64");
  }
}
