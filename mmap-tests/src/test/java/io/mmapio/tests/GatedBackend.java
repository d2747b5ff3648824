// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import io.mmapio.spi.MmapBackend;
import io.mmapio.spi.MmapBackendProvider;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Semaphore;

/**
 * A backend whose {@code populate} waits until a test lets it go, as for a disk that answers when
 * the test wants. The rest is the real one's.
 */
public final class GatedBackend implements MmapBackendProvider {
  /** What -Dio.mmapio.backend has to say. */
  static final String NAME = "gated";

  private static final int OPEN = 1 << 30;

  private static final Semaphore GATE = new Semaphore(OPEN, /* fair= */ true);

  /** The threads that came to the gate, in their order. */
  private static final List<Thread> CAME = new ArrayList<>();

  /** Called by {@link ServiceLoader}. */
  public GatedBackend() {}

  /** Makes a folder for the class path of a JVM that is to find this backend. */
  static Path folder(Path parent) throws IOException {
    Path services = Files.createDirectories(parent.resolve("gated/META-INF/services"));
    Files.writeString(
        services.resolve(MmapBackendProvider.class.getName()), GatedBackend.class.getName());
    return parent.resolve("gated");
  }

  /** Lets nobody through from now on. */
  static void shut() {
    GATE.drainPermits();
    synchronized (CAME) {
      CAME.clear();
    }
  }

  /** Lets some through. */
  static void pass(int some) {
    GATE.release(some);
  }

  /** Lets everybody through. */
  static void open() {
    GATE.release(OPEN / 2);
  }

  /** Waits until so many calls have come since the gate was shut, and returns their threads. */
  static List<Thread> awaitCalls(int calls) throws InterruptedException {
    synchronized (CAME) {
      while (CAME.size() < calls) {
        CAME.wait();
      }
      return List.copyOf(CAME);
    }
  }

  /** How many calls have come since the gate was shut. */
  static int calls() {
    synchronized (CAME) {
      return CAME.size();
    }
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
            GatedBackend.class.getClassLoader(),
            new Class<?>[] {MmapBackend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("populate")) {
                pass();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static void pass() {
    synchronized (CAME) {
      CAME.add(Thread.currentThread());
      CAME.notifyAll();
    }
    GATE.acquireUninterruptibly();
  }
}
