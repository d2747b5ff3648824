// SPDX-License-Identifier: Apache-2.0
package io.mmapio.ffm;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;

/**
 * Provides the backend {@code ffm}. It has a low priority: where a native library of this project
 * fits the platform, that library is used, and if it does not load, the program is told so. {@code
 * -Dio.mmapio.backend=ffm} uses this backend anywhere.
 */
public final class FfmBackendProvider implements MmapBackendProvider {
  /** What {@code -Dio.mmapio.backend} has to say. */
  public static final String NAME = "ffm";

  private static final int FIRST_JDK = 22;

  private static final int LAST_RESORT = -1000;

  /** Is called by {@link java.util.ServiceLoader}. */
  public FfmBackendProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public int priority() {
    return LAST_RESORT;
  }

  @Override
  public String unsupportedReason(String classifier) {
    int jdk = Runtime.version().feature();
    return jdk < FIRST_JDK
        ? "it needs Java " + FIRST_JDK + " or later, and this is Java " + jdk
        : Constants.unsupportedReason(classifier);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IOException if native access is denied to this module, or the JVM or the C library lack
   *     what the backend needs
   */
  @Override
  public MmapBackend open(String classifier) throws IOException {
    Constants.choose(classifier);
    try {
      return FfmBackend.open(classifier);
    } catch (ExceptionInInitializerError | IllegalCallerException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      String advice =
          cause instanceof IllegalCallerException
              ? ", start java with --enable-native-access=io.mmapio.ffm on the module path or"
                  + " --enable-native-access=ALL-UNNAMED on the class path"
              : "";
      throw new IOException(cause.getMessage() + advice, e);
    }
  }
}
