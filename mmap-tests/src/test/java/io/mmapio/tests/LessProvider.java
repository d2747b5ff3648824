// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * Brings the real backend without some of its calls, for a child JVM: they are not supported. Its
 * sync does nothing then, and says that it has.
 */
public final class LessProvider implements MmapBackendProvider {
  private static final String NAME = "less";

  /** Called by {@link ServiceLoader}. */
  public LessProvider() {}

  /** The names of the calls that are missing, with a blank before and after each. */
  private static final String CALLS = "mmapio.test.less";

  /** Has a child use it. */
  static void use(ChildJvm child, String... without) throws IOException {
    Path services = Files.createTempDirectory("less");
    Path file = services.resolve("META-INF/services/" + MmapBackendProvider.class.getName());
    Files.createDirectories(file.getParent());
    Files.writeString(file, LessProvider.class.getName());
    for (Path made = file; !made.equals(services.getParent()); made = made.getParent()) {
      made.toFile().deleteOnExit();
    }
    child
        .backend(NAME)
        .option("-D" + CALLS + "= " + String.join(" ", without) + " ")
        .classPath(System.getProperty("java.class.path") + File.pathSeparator + services);
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
    MmapBackend real = RealBackend.open(classifier, NAME);
    return (MmapBackend)
        Proxy.newProxyInstance(
            LessProvider.class.getClassLoader(),
            new Class<?>[] {MmapBackend.class},
            (proxy, method, arguments) -> answer(real, method, arguments));
  }

  private static @Nullable Object answer(
      MmapBackend real, Method method, Object @Nullable [] arguments) throws Throwable {
    if (System.getProperty(CALLS, "").contains(" " + method.getName() + " ")) {
      return method.getName().equals("sync") ? 0L : MmapBackend.UNSUPPORTED;
    }
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
