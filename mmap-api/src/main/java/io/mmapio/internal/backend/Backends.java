// SPDX-License-Identifier: Apache-2.0
package io.mmapio.internal.backend;

import io.mmapio.NoBackendException;
import io.mmapio.internal.jni.JniBackend;
import io.mmapio.internal.system.EagerLinking;
import io.mmapio.internal.system.Platform;
import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Chooses the backend of this process, once, and says what to add where there is none. */
public final class Backends {
  /** The system property that names a provider to use and no other. */
  public static final String NAME_PROPERTY = "io.mmapio.backend";

  private static volatile @Nullable Selected selected;

  /**
   * A backend and the name of the provider it came from.
   *
   * @param name of the provider
   * @param backend what it opened
   */
  public record Selected(String name, MmapBackend backend) {}

  private Backends() {}

  /**
   * Returns the backend of this process.
   *
   * @return always the same
   * @throws NoBackendException if there is none for this platform, or it does not load
   */
  public static Selected current() {
    Selected current = selected;
    return current != null ? current : open();
  }

  private static synchronized Selected open() {
    Selected current = selected;
    if (current == null) {
      String classifier = Platform.classifier();
      MmapBackendProvider provider =
          select(installed(), classifier, System.getProperty(NAME_PROPERTY));
      try {
        MmapBackend backend = provider.open(classifier);
        EagerLinking.loadFrom(backend.getClass()); // may have a class loader of its own
        current = new Selected(provider.name(), backend);
      } catch (IOException e) {
        String message = "The mmap-io backend " + provider.name() + " does not load: ";
        throw new NoBackendException(message + e.getMessage(), e);
      }
      selected = current;
    }
    return current;
  }

  private static List<MmapBackendProvider> installed() {
    try {
      List<MmapBackendProvider> beside = found(Backends.class.getClassLoader());
      // An application server may have the platform jar in the application and this one above it.
      return beside.isEmpty() ? found(Thread.currentThread().getContextClassLoader()) : beside;
    } catch (ServiceConfigurationError e) {
      throw new NoBackendException("A mmap-io backend on the class path is broken: " + e, e);
    }
  }

  private static List<MmapBackendProvider> found(@Nullable ClassLoader loader) {
    List<MmapBackendProvider> all = new ArrayList<>();
    for (MmapBackendProvider provider : ServiceLoader.load(MmapBackendProvider.class, loader)) {
      all.add(provider);
    }
    return all;
  }

  /**
   * The whole choice, a function of its arguments: by name if one is given, else the highest
   * priority of those that support the platform, the first by name among equals.
   */
  public static MmapBackendProvider select(
      List<MmapBackendProvider> providers, String classifier, @Nullable String name) {
    if (providers.isEmpty()) {
      throw new NoBackendException(
          "No mmap-io backend is on the class path or module path. " + dependency(classifier));
    }
    List<MmapBackendProvider> candidates = new ArrayList<>();
    for (MmapBackendProvider provider : providers) {
      if (name == null || provider.name().equals(name)) {
        candidates.add(provider);
      }
    }
    if (candidates.isEmpty()) {
      throw new NoBackendException(
          "The property "
              + NAME_PROPERTY
              + " names "
              + name
              + ", but there is only "
              + providers.stream().map(MmapBackendProvider::name).sorted().toList());
    }
    MmapBackendProvider best = null;
    for (MmapBackendProvider provider : candidates) {
      if (provider.unsupportedReason(classifier).isEmpty() && isBetter(provider, best)) {
        best = provider;
      }
    }
    if (best == null) {
      throw unsupported(candidates, classifier);
    }
    return best;
  }

  private static boolean isBetter(MmapBackendProvider one, @Nullable MmapBackendProvider other) {
    if (other == null || one.priority() != other.priority()) {
      return other == null || one.priority() > other.priority();
    }
    return one.name().compareTo(other.name()) < 0;
  }

  private static NoBackendException unsupported(
      List<MmapBackendProvider> candidates, String classifier) {
    String reasons =
        candidates.stream()
            .map(p -> p.name() + ": " + p.unsupportedReason(classifier))
            .sorted()
            .collect(Collectors.joining("; "));
    return new NoBackendException(
        "No mmap-io backend for " + classifier + " (" + reasons + "). " + dependency(classifier));
  }

  private static String dependency(String classifier) {
    if (!Platform.PUBLISHED.contains(classifier)) {
      return "No library is published for "
          + classifier
          + ", only for "
          + Platform.PUBLISHED
          + "; io.mmapio:mmap-ffm needs none, on Java 22 or later; or one can be built from source"
          + " and named with -D"
          + JniBackend.LIBRARY_PATH_PROPERTY
          + "=...";
    }
    return String.join(
        System.lineSeparator(),
        "Add to pom.xml:",
        "<dependency>",
        "  <groupId>io.mmapio</groupId>",
        "  <artifactId>mmap-native</artifactId>",
        "  <version>" + version() + "</version>",
        "  <classifier>" + classifier + "</classifier>",
        "</dependency>");
  }

  private static String version() {
    Properties properties = new Properties();
    try (InputStream in = Backends.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException | NullPointerException e) {
      return "${mmapio.version}"; // a repackaged jar without the resource: say the rest all the
      // same
    }
    return properties.getProperty("version");
  }
}
