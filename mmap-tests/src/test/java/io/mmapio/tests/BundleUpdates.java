// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * A program in which a bundle uses the library, which is two bundles itself, in Apache Felix; all
 * of them are installed, updated and uninstalled very often. Nothing else helps them to find each
 * other.
 */
final class BundleUpdates {
  /** Updates between installing and uninstalling. */
  private static final int UPDATES = 4;

  private static final long PATIENCE_SECONDS = 30;

  private final Deployments deployments = new Deployments(List.of());
  private final Framework framework;
  private final Path file;
  private final Set<String> how;
  private final List<Path> jars;
  private final List<Bundle> bundles = new ArrayList<>();
  private final List<ByteBuffer> views = new ArrayList<>(); // those of the last update

  private BundleUpdates(Framework framework, Path file, Set<String> how, List<Path> jars) {
    this.framework = framework;
    this.file = file;
    this.how = how;
    this.jars = jars;
  }

  /** Arguments: a directory, the file, how often, what to do, and the jars of the bundles. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put(Constants.FRAMEWORK_STORAGE, arguments[0]);
    settings.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
    Framework framework = new FrameworkFactory().newFramework(settings);
    framework.start();
    Set<String> how = new TreeSet<>(List.of(arguments[3].split(" ", -1)));
    List<Path> jars = Arrays.stream(arguments).skip(4).map(Path::of).toList();
    BundleUpdates program = new BundleUpdates(framework, Path.of(arguments[1]), how, jars);
    try {
      program.run(Integer.parseInt(arguments[2]));
    } finally {
      framework.stop();
      framework.waitForStop(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    }
  }

  private void run(int times) throws Exception {
    for (int time = 0; time < times; time++) {
      if (bundles.isEmpty()) {
        install();
      } else if (time % (UPDATES + 1) == UPDATES) {
        uninstall();
        continue;
      } else {
        update();
      }
      use();
    }
    uninstall();
    views.clear();
    deployments.requireNothingLeft(file);
    System.out.println("used " + times + " times: " + deployments.remains(file));
  }

  private void install() throws BundleException {
    for (Path jar : jars) {
      bundles.add(framework.getBundleContext().installBundle(jar.toUri().toString()));
    }
  }

  private void update() throws BundleException, IOException, InterruptedException {
    for (int i = 0; i < bundles.size(); i++) {
      try (InputStream jar = Files.newInputStream(jars.get(i))) {
        bundles.get(i).update(jar);
      }
    }
    refresh();
  }

  private void uninstall() throws BundleException, InterruptedException {
    for (Bundle bundle : bundles) {
      bundle.uninstall();
    }
    refresh();
    bundles.clear();
  }

  /** Until then what was updated or uninstalled goes on working as it was. */
  private void refresh() throws InterruptedException {
    CountDownLatch refreshed = new CountDownLatch(1);
    FrameworkWiring wiring = framework.adapt(FrameworkWiring.class);
    wiring.refreshBundles(
        bundles,
        event -> {
          if (event.getType() == FrameworkEvent.PACKAGES_REFRESHED) {
            refreshed.countDown();
          }
        });
    if (!refreshed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("not refreshed");
    }
  }

  @SuppressWarnings("unchecked") // it is Application
  private void use() throws BundleException, ReflectiveOperationException {
    framework.adapt(FrameworkWiring.class).resolveBundles(bundles);
    for (Bundle bundle : bundles) {
      if (bundle.getState() != Bundle.RESOLVED) {
        throw new AssertionError("not resolved: " + bundle);
      }
      ClassLoader loader = bundle.adapt(BundleWiring.class).getClassLoader();
      if (loader != null) { // a fragment has none
        deployments.watch(loader);
      }
    }
    Class<?> type = bundles.get(bundles.size() - 1).loadClass(Application.class.getName());
    BiFunction<Path, Set<String>, Object> application =
        (BiFunction<Path, Set<String>, Object>) type.getConstructor().newInstance();
    views.clear();
    views.add((ByteBuffer) application.apply(file, how));
  }
}
