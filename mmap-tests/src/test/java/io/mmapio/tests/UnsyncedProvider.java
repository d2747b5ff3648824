// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Brings the real backend, but its sync does nothing and says that it has; for a child JVM. */
public final class UnsyncedProvider implements MmapBackendProvider {
  private static final String NAME = "unsynced";

  /** Called by {@link ServiceLoader}. */
  public UnsyncedProvider() {}

  /** Has a child use it. */
  static void use(ChildJvm child) throws IOException {
    Path services = Files.createTempDirectory("unsynced");
    Path file = services.resolve("META-INF/services/" + MmapBackendProvider.class.getName());
    Files.createDirectories(file.getParent());
    Files.writeString(file, UnsyncedProvider.class.getName());
    for (Path made = file; !made.equals(services.getParent()); made = made.getParent()) {
      made.toFile().deleteOnExit();
    }
    child
        .backend(NAME)
        .classPath(System.getProperty("java.class.path") + java.io.File.pathSeparator + services);
  }

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
    for (MmapBackendProvider each : ServiceLoader.load(MmapBackendProvider.class)) {
      if (!each.name().equals(NAME) && each.unsupportedReason(classifier).isEmpty()) {
        MmapBackend real = each.open(classifier);
        return (MmapBackend)
            Proxy.newProxyInstance(
                UnsyncedProvider.class.getClassLoader(),
                new Class<?>[] {MmapBackend.class},
                (proxy, method, arguments) -> answer(real, method, arguments));
      }
    }
    throw new IOException("there is no real backend for " + classifier);
  }

  private static @Nullable Object answer(
      MmapBackend real, Method method, Object @Nullable [] arguments) throws Throwable {
    if (method.getName().equals("sync")) {
      return 0L;
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
