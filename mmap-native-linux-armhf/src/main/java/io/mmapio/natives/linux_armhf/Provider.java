// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.linux_armhf;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for Linux armhf. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("linux-arm_32");
  }
}
