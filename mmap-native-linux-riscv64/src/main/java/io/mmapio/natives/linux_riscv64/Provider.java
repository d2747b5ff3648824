// SPDX-License-Identifier: Apache-2.0
package io.mmapio.natives.linux_riscv64;

import io.mmapio.internal.jni.JniBackendProvider;

/** Brings the library for Linux riscv64. */
public final class Provider extends JniBackendProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public Provider() {
    super("linux-riscv64");
  }
}
