// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.io.IOException;

/**
 * A provider of a backend, found by {@link java.util.ServiceLoader}. All methods except {@link
 * #open} must be fast and without side effects, because they are called for every provider on the
 * class path.
 */
public interface MmapBackendProvider {
  /**
   * Returns the name with which users choose this provider in the system property {@code
   * io.mmapio.backend}.
   *
   * @return a short, unique name; for the providers of this project, the classifier of their
   *     platform
   */
  String name();

  /**
   * Tells whether this provider supports a platform.
   *
   * @param classifier the platform in the notation of os-maven-plugin, for example {@code
   *     linux-x86_64}
   * @return an empty string if the platform is supported; otherwise the reason why it is not
   */
  String unsupportedReason(String classifier);

  /**
   * Returns the priority of this provider. Of all providers that support the platform, the one with
   * the highest priority is used.
   *
   * @return 0 for the native libraries of this project, -1000 for its backend in Java
   */
  default int priority() {
    return 0;
  }

  /**
   * Opens the backend. This method is called for the selected provider only, and again only if it
   * failed.
   *
   * @param classifier a supported platform
   * @return the backend
   * @throws IOException if the backend cannot be loaded; the message says why and what to do
   */
  MmapBackend open(String classifier) throws IOException;
}
