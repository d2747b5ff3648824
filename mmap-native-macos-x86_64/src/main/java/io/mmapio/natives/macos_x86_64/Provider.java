// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.macos_x86_64;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for macOS x86_64. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("osx-x86_64");
  }
}
