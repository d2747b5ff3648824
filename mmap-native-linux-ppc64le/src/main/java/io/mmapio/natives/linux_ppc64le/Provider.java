// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.linux_ppc64le;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for Linux ppc64le. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("linux-ppcle_64");
  }
}
