// SPDX-License-Identifier: Apache-2.0
package io.mmapio.spi;

import java.io.IOException;

/**
 * What {@link java.util.ServiceLoader} finds: a backend that could be opened. Everything but {@link
 * #open} must be cheap and without side effects, as it is asked of every provider on the class
 * path.
 */
public interface MmapBackendProvider {
  /**
   * Returns the name by which users choose this provider, in the system property {@code
   * io.mmapio.backend}.
   *
   * @return a short, unique name, the classifier of its platform for those of this project
   */
  String name();

  /**
   * Tells whether this provider works on a platform.
   *
   * @param classifier the platform as os-maven-plugin writes it, for example {@code linux-x86_64}
   * @return an empty string if it does, else the reason why not
   */
  String unsupportedReason(String classifier);

  /**
   * Returns the rank of this provider: of those that support the platform, the highest is taken.
   *
   * @return 0 for those of this project
   */
  default int priority() {
    return 0;
  }

  /**
   * Opens the backend. Called for the provider that was selected, again only if it failed.
   *
   * @param classifier the platform, one that is supported
   * @return the backend
   * @throws IOException if it cannot be loaded; the message says why and what to do
   */
  MmapBackend open(String classifier) throws IOException;
}
