// SPDX-License-Identifier: Apache-2.0
package io.mmapio.tests;

import java.nio.file.Path;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A program that is a Jetty. */
final class JettyReloads implements WebServer {
  private final Server server = new Server();
  private final ServerConnector connector = new ServerConnector(server);
  private final WebAppContext context = new WebAppContext();

  private JettyReloads(Path base, Path application) {
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    context.setContextPath("/application");
    context.setTempDirectory(base.toFile());
    context.setBaseResourceAsPath(application);
    context.setDefaultsDescriptor(null);
    context.setThrowUnavailableOnStartupException(true);
    server.setHandler(context);
  }

  /** Arguments: where Jetty may write, the folder of the web application, and how often. */
  public static void main(String[] arguments) throws Exception {
    JettyReloads jetty = new JettyReloads(Path.of(arguments[0]), Path.of(arguments[1]));
    jetty.server.start();
    try {
      jetty.reload(Integer.parseInt(arguments[2]));
    } finally {
      jetty.server.stop();
    }
    System.out.println("done");
  }

  @Override
  public int port() {
    return connector.getLocalPort();
  }

  @Override
  public ClassLoader loader() {
    return context.getClassLoader();
  }

  @Override
  public void reload() throws Exception {
    context.stop();
    context.start();
  }

  @Override
  public void stop() throws Exception {
    context.stop();
  }
}
