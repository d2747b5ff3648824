// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.jni;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.net.URL;
import org.jspecify.annotations.Nullable;

/**
 * A provider whose backend is the native library of this project, found as a resource beside the
 * provider's class: {@code /META-INF/native/<classifier>/<file>}. A platform module needs nothing
 * but a subclass with a public no-argument constructor.
 *
 * <p>The library is loaded by the module {@code io.mmapio}, whoever ships it, so that one {@code
 * --enable-native-access=io.mmapio} serves.
 */
public abstract class JniBackendProvider implements MmapBackendProvider {
  private final String name;

  /**
   * Creates a provider.
   *
   * @param name see {@link #name()}
   */
  protected JniBackendProvider(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  /** {@inheritDoc} By default the platform has to be the name of this provider. */
  @Override
  public String unsupportedReason(String classifier) {
    return classifier.equals(name) ? "" : "it is for " + name;
  }

  /**
   * Tells whether there is a library for a platform.
   *
   * @param classifier the platform
   * @return whether {@link #open} would find it
   */
  protected final boolean hasLibrary(String classifier) {
    return library(classifier) != null;
  }

  @Override
  public final MmapBackend open(String classifier) throws IOException {
    URL library = library(classifier);
    if (library == null) {
      throw new IOException(
          "the jar of provider " + name + " holds no " + JniBackend.resource(classifier));
    }
    return JniBackend.load(library);
  }

  private @Nullable URL library(String classifier) {
    return getClass().getResource(JniBackend.resource(classifier));
  }
}
