// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.linux_s390x;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for Linux s390x. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("linux-s390_64");
  }
}
