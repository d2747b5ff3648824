// SPDX-License-Identifier: Apache-2.0
package io.mmapio;

import org.jspecify.annotations.Nullable;

/**
 * The native part of the library is missing or does not load. The message says what to do. If a
 * dependency is missing, the message contains the dependency, ready to paste.
 */
public class NoBackendException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message what to do
   */
  public NoBackendException(String message) {
    this(message, null);
  }

  /**
   * Creates an exception.
   *
   * @param message what to do
   * @param cause why the native part did not load
   */
  public NoBackendException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
