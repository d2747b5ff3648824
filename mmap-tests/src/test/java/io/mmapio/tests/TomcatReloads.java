// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.ContextConfig;
import org.apache.catalina.startup.Tomcat;

/** A program that is a Tomcat; it is asked which class loaders it knows to have leaked. */
final class TomcatReloads implements WebServer {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Tomcat tomcat = new Tomcat();
  private final StandardContext context = new StandardContext();

  private TomcatReloads(String base, String application) {
    tomcat.setBaseDir(base);
    tomcat.setHostname("localhost");
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setPort(0);
    context.setPath("/application");
    context.setDocBase(application);
    ContextConfig config = new ContextConfig();
    config.setDefaultWebXml(tomcat.noDefaultWebXmlPath());
    context.addLifecycleListener(config);
    tomcat.getHost().addChild(context);
  }

  /** Arguments: where Tomcat may write, the folder of the web application, and how often. */
  public static void main(String[] arguments) throws Exception {
    TomcatReloads server = new TomcatReloads(arguments[0], arguments[1]);
    server.tomcat.start();
    try {
      server.reload(Integer.parseInt(arguments[2]));
      awaitNoLeak((StandardHost) server.tomcat.getHost());
    } finally {
      server.tomcat.stop();
      server.tomcat.destroy();
    }
    System.out.println("done");
  }

  @Override
  public int port() {
    return tomcat.getConnector().getLocalPort();
  }

  @Override
  public ClassLoader loader() {
    return context.getLoader().getClassLoader();
  }

  @Override
  public void reload() {
    context.reload();
  }

  @Override
  public void stop() throws Exception {
    context.stop();
  }

  /** Tomcat garbage collects, and names what was stopped and is still there. */
  private static void awaitNoLeak(StandardHost host) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    String[] leaks = host.findReloadedContextMemoryLeaks();
    while (leaks.length > 0 && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(PAUSE_NANOS); // it looks before the collector's threads are done
      leaks = host.findReloadedContextMemoryLeaks();
    }
    if (leaks.length > 0) {
      throw new AssertionError("Tomcat finds leaks: " + Arrays.toString(leaks));
    }
  }
}
