// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ServiceLoader;

/** Brings a backend with pages of 64 KiB; only where src/test/large-pages is on the class path. */
public final class LargePagesProvider implements MmapBackendProvider {
  /** What -Dio.mmapio.backend has to say. */
  static final String NAME = "large-pages";

  /** Called by {@link ServiceLoader}. */
  public LargePagesProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String unsupportedReason(String classifier) {
    return "";
  }

  @Override
  public MmapBackend open(String classifier) throws IOException {
    return (MmapBackend)
        Proxy.newProxyInstance(
            LargePagesProvider.class.getClassLoader(),
            new Class<?>[] {MmapBackend.class},
            new LargePages(RealBackend.open(classifier, NAME)));
  }
}
