// SPDX-License-Identifier: Apache-2.0
package org.example.faults;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ServiceLoader;

/** A backend from outside of mmap-io: it counts the calls to the real one and lets some fail. */
public final class FaultsProvider implements MmapBackendProvider {
  /** What -Dio.mmapio.backend has to say. */
  public static final String NAME = "faults";

  /** Is called by ServiceLoader. */
  public FaultsProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String unsupportedReason(String classifier) {
    return ""; // any platform that has a real one
  }

  @Override
  public int priority() {
    return Integer.MIN_VALUE; // only if it is named
  }

  @Override
  public MmapBackend open(String classifier) throws IOException {
    Class<?>[] type = {MmapBackend.class};
    ClassLoader loader = FaultsProvider.class.getClassLoader();
    return (MmapBackend) Proxy.newProxyInstance(loader, type, new Faults(real(classifier)));
  }

  private static MmapBackend real(String classifier) throws IOException {
    for (MmapBackendProvider each : ServiceLoader.load(MmapBackendProvider.class)) {
      if (!each.name().equals(NAME) && each.unsupportedReason(classifier).isEmpty()) {
        return each.open(classifier);
      }
    }
    throw new IOException("there is no real backend for " + classifier + " behind " + NAME);
  }
}
